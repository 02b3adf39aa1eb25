import { openApiText } from '../http/document/openapi-text.ts'

// For tools: `node src/cli/openapi.ts > openapi.json` needs neither a database nor a key.
process.stdout.write(`${await openApiText()}\n`)
