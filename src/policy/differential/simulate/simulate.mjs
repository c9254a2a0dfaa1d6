// Reads situations, a line each, and writes what iam-simulate says of each, a line each.
import { createInterface } from 'node:readline'
import { runSimulation } from '@cloud-copilot/iam-simulate'

async function answer(line) {
  const { resultType, result, overallResult, errors } = await runSimulation(JSON.parse(line), {})
  if (resultType === 'error') return `refused: ${JSON.stringify(errors)}`
  // A key that it does not look at would make the question another one.
  const ignored = result.ignoredContextKeys
  return ignored.length ? `ignores: ${ignored.join(' ')}` : overallResult
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${await answer(line).catch((error) => `fails: ${error}`)}\n`)
}
