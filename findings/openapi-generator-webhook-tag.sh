#!/bin/sh
# Where a webhook of an OpenAPI 3.1 document has the tag of calls, the client has the webhook and not the calls.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openapi-generator-cli==7.25.0
for tag in Hooks Messages; do
  cat >document.yaml <<END
openapi: 3.1.0
info: { title: Hooks, version: '1' }
paths:
  /hooks:
    get:
      operationId: listHooks
      tags: [Hooks]
      responses: { '200': { description: All of them. } }
webhooks:
  happened:
    post:
      operationId: happened
      tags: [$tag]
      responses: { '204': { description: Understood. } }
END
  venv/bin/openapi-generator-cli generate -i document.yaml -g typescript-fetch -o "$tag" >log 2>&1 || { cat log; exit 1; }
  for call in listHooks happened; do
    if grep -rq "async $call(" "$tag/apis"; then echo "tag $tag: $call is there"; else echo "tag $tag: $call is not there"; fi
  done
done >found
expected=$(cat <<'END'
tag Hooks: listHooks is not there
tag Hooks: happened is there
tag Messages: listHooks is there
tag Messages: happened is there
END
)
printf '%s\n' 'openapi-generator-cli==7.25.0, typescript-fetch'
cat found
[ "$(cat found)" = "$expected" ] || { printf 'It is another now. It was:\n%s\n' "$expected"; exit 1; }
