import { Alert, Text } from '@mantine/core'
import { ProblemNotice } from './Notice.tsx'
import { faultsOf } from './said.ts'

/** What a form was refused for, but for what is said at its fields. @param at the JSON pointers of these */
export function FormProblem({ error, at }: { readonly error: unknown; readonly at: readonly string[] }) {
  const faults = Object.entries(faultsOf(error))
  if (faults.length === 0) return <ProblemNotice error={error} />
  const loose = faults.filter(([pointer]) => !at.includes(pointer))
  if (loose.length === 0) return null
  return (
    <Alert color="red" variant="light" role="alert" py="xs">
      {loose.map(([pointer, message]) => (
        <Text key={pointer} size="sm">
          {`${pointer} ${message}`.trim()}
        </Text>
      ))}
    </Alert>
  )
}
