/** What the examples in README.md take for granted: the reader's own app. */
declare function getUser(
  request: Request,
): Promise<{ subject: string; login: string; roles: string[] } | null>
declare const NOTES_SCHEMA_ID: string
