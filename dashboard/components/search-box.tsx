import { JOB_STATES, type JobState, QUERY_FIELDS } from '../../background/operator.ts'
import { Icon } from './icon.tsx'

const KNOWN = JSON.stringify({ fields: QUERY_FIELDS, states: JOB_STATES })

/** Where a query is written; the script suggests what may come next. */
export function SearchBox({ where, state }: { where: string; state: JobState | undefined }) {
  return (
    <search>
      <form class="search" action="jobs">
        {state && <input type="hidden" name="state" value={state} />}
        <div class="box" data-keep>
          <Icon name="search" />
          <input
            name="q"
            value={where}
            placeholder="task:SendEmail error:timeout payload.to:*@example.com since:1h"
            aria-label="Search jobs"
            data-search={KNOWN}
            role="combobox"
            aria-expanded="false"
            aria-controls="suggestions"
            aria-autocomplete="list"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            maxlength={2_000}
          />
          <div id="suggestions" class="suggestions" role="listbox" aria-label="Suggestions" hidden />
        </div>
        <button>Search</button>
      </form>
    </search>
  )
}
