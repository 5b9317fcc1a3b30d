/** What `--help` prints. */

const GENERAL = `Usage: npx @valetkey/broker <command> [options]

  serve         serve the broker that a file describes
  token         mint one token for a terminal
  conformance   certify a broker, in any language
  help          show this, or more about a command

Exit codes: 0 done · 1 failed · 2 wrong arguments · 3 faults in the configuration`

const TOPICS: Readonly<Record<string, string>> = {
  serve: `Usage: npx @valetkey/broker serve [--config broker.json] [--check]

Serves the broker that the file describes, until SIGTERM or SIGINT; then no new requests are taken and those under way
are answered. A second signal ends it at once. Logs one JSON object per line to the standard output.

  -c, --config FILE   the configuration (default: broker.json)
      --check         only say what is wrong with it`,
  token: `Usage: npx @valetkey/broker token <audience> [--config broker.json] [options]

Prints one token and nothing else, for example:  TOKEN=$(npx @valetkey/broker token cards)
For a group a line per member: its name, a tab, its token. No option takes a secret, since shells remember arguments.

  -c, --config FILE   the configuration (default: broker.json)
      --for SUBJECT   whom the token is for (default: terminal)
      --scope SCOPE   less than the audience may have
      --ttl SECONDS   a shorter life than the audience's
      --json          one JSON object, or a list for a group: access_token, expires_in, …
      --decode        what a JWT says, in place of the token: its header and claims, not its signature`,
  conformance: `Usage: npx @valetkey/broker conformance [--profile conformance.json] [--base-url URL] [--json]

Asks a running broker all that the protocol page says, and prints a report as Markdown. Exit code 1 if a case failed.

  -p, --profile FILE  which audiences to use, and how to sign in (default: conformance.json)
      --base-url URL  where the broker answers, in place of the profile's baseUrl
      --json          the report as JSON`,
}

export function helpOn(topic: string | undefined): string {
  return TOPICS[topic ?? ''] ?? GENERAL
}
