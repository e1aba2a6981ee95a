/**
 * The condition by which a row is found from a value of another one: `column = value`, written so that one look into the
 * index of `column` for each value is all a planner can make of it. A plain equation would also let it walk through a whole
 * index and compare each entry with each value. Of a table that it knows to be empty it believes that this costs the same,
 * and a worker keeps its plans: with a thousand jobs on each side a statement then takes 200 ms in place of ten.
 */
export function probe(column: string, value: string): string {
  return `${column} = any (array[${value}])`
}
