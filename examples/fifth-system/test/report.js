/** Reports the tests of this folder in one line, and whatever failed. */

/** A reporter of `node --test`. */
export default async function* report(events) {
  let passed = 0
  let failed = 0
  for await (const { type, data } of events) {
    if (data?.details?.type === 'suite') continue
    if (type === 'test:pass') passed += 1
    if (type !== 'test:fail') continue
    failed += 1
    const { message } = data.details.error.cause ?? data.details.error
    yield `failed: ${data.name} (${data.file}:${data.line})\n${message}\n`
  }
  yield `tests: ${passed} passed, ${failed} failed\n`
}
