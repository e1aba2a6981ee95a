/** The shells for which there is a script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof SHELLS)[number]

/**
 * What a shell runs to complete `ks`. The scripts know nothing: each asks `ks completion words` with what has been
 * typed, so that they need no change when a command does.
 */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_ks() {
  local IFS=$'\n'
  COMPREPLY=($(ks completion words "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  [[ \${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _ks ks kretes
`,
  zsh: `#compdef ks kretes
_ks() {
  local -a found
  found=("\${(@f)$(ks completion words "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then compadd -Q -- "\${found[@]}"; else _files; fi
}
(( $+functions[compdef] )) || { autoload -Uz compinit; compinit; }
compdef _ks ks kretes
`,
  fish: `function __ks_words
  set -l typed (commandline -opc) (commandline -ct)
  set -l found (ks completion words $typed[2..-1] 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c ks -c kretes -f -a '(__ks_words)'
`,
}
