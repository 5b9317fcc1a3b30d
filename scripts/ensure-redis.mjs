// Sees to it that tests have a Redis server, installing one where the system has none and allows it.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const REMEDY =
  'Install Redis 6.2 or later, or Valkey, or name one: REDIS_SERVER=/path/to/redis-server'
// Without a runlevel the package's own service is not started; the tests start what they need.
const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }

const found = version() ?? (mayInstall() && install() ? version() : undefined)
if (found) console.log(found)
else if (process.env.CI === 'true') fail()
else console.log(`There is no Redis server: its tests are skipped. ${REMEDY}`)

function version() {
  const names = [process.env.REDIS_SERVER ?? '', 'redis-server', 'valkey-server']
  for (const name of names.filter((it) => it !== '')) {
    const { status, stdout } = spawnSync(name, ['--version'], { encoding: 'utf8' })
    if (status === 0) return `${name}: ${stdout.trim()}`
  }
  return undefined
}

/** As root on Debian and its kin. */
function mayInstall() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
}

function install() {
  const apt = ['-y', '-qq', '-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=20']
  const get = ['install', '--no-install-recommends', 'redis-server']
  return run([...apt, ...get]) || (run([...apt, 'update']) && run([...apt, ...get]))
}

function run(args) {
  return spawnSync('apt-get', args, { env, stdio: 'ignore', timeout: 120_000 }).status === 0
}

function fail() {
  console.error(`There is no Redis server, and in CI its tests may not be skipped.\n${REMEDY}`)
  process.exit(1)
}
