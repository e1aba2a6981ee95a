/** A payload that is JSON text already, to be stored character by character: parsed and written anew, big numbers would change. */
export class JsonText {
  readonly text: string
  readonly value: unknown

  /** @throws SyntaxError */
  constructor(text: string) {
    this.text = text
    this.value = JSON.parse(text)
  }
}
