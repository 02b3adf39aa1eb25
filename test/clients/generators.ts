/** One generator of clients: how its client is made of our document, and how the program that uses it is run. */
export interface Generator {
  readonly name: string
  readonly version: string
  /** What has to be on the machine. */
  readonly needs: readonly string[]
  /**
   * Shell, in a folder that has the program beside it. `$DOCUMENT` is the OpenAPI document, `$TOOLS` the folder in which
   * the generators are installed.
   */
  readonly make: string
  /** Shell; undefined where nothing here runs that language. */
  readonly run?: string
  /** Whether it makes a type of what webhooks are sent, and its program decodes one. */
  readonly receives?: boolean
}

/** The lines that install every generator, in `$TOOLS`, each with what it needs. */
export const TOOLS: readonly { readonly needs: readonly string[]; readonly install: string }[] = [
  {
    needs: ['java', 'mvn'],
    install:
      'mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy ' +
      '-Dartifact=org.openapitools:openapi-generator-cli:7.25.0 -DoutputDirectory=.',
  },
  {
    needs: ['go'],
    install:
      'GOBIN=$PWD/bin go install github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 && ' +
      'GOBIN=$PWD/bin go install github.com/ogen-go/ogen/cmd/ogen@v1.24.0',
  },
  {
    needs: ['python3'],
    install:
      'python3 -m venv python && python/bin/pip install -q openapi-python-client==0.29.1 ' +
      'pydantic==2.14.4 python-dateutil==4.0.0 urllib3==2.8.0 typing-extensions==4.16.0',
  },
  {
    needs: ['npm'],
    install:
      'npm init -y > /dev/null && npm install -s --no-audit --no-fund -E @hey-api/openapi-ts@0.99.0 orval@7.13.2 ' +
      'typescript@5.9.3 esbuild@0.25.12 @types/node@26.6.7',
  },
]

const java = 'java -jar $TOOLS/openapi-generator-cli-7.25.0.jar generate -i $DOCUMENT'
const checked =
  'ln -s $TOOLS/node_modules node_modules && node_modules/.bin/tsc --noEmit --strict --target es2022 --module esnext ' +
  '--moduleResolution bundler --lib es2022,dom,dom.iterable --types node --skipLibCheck main.ts && ' +
  'node_modules/.bin/esbuild main.ts --bundle --platform=node --format=esm --outfile=main.mjs --log-level=error'

/** The nine that are compiled and run, and one for which nothing here runs the language. */
export const GENERATORS: readonly Generator[] = [
  {
    name: 'openapi-generator-go',
    version: '7.25.0',
    needs: ['java', 'mvn', 'go'],
    make:
      `${java} -g go --additional-properties=packageName=daybook -o client && rm -r client/test && ` +
      "sed -i 's#^module .*#module daybook#' client/go.mod && mkdir client/cmd && mv main.go client/cmd && " +
      'cd client && go mod tidy && go build -o ../program ./cmd',
    run: './program',
    receives: true,
  },
  {
    name: 'openapi-generator-java',
    version: '7.25.0',
    needs: ['java', 'mvn'],
    make:
      // Else a list that nobody gave is sent as an empty one, and no days to cancel are refused.
      `${java} -g java --library native --additional-properties=containerDefaultToNull=true -o client && ` +
      'mv Main.java client/src/main/java && cd client && mvn -q -B compile ' +
      'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath -Dmdep.outputFile=../classpath',
    run: 'java -cp client/target/classes:$(cat classpath) Main',
    receives: true,
  },
  {
    name: 'openapi-generator-python',
    version: '7.25.0',
    needs: ['java', 'mvn', 'python3'],
    make: `${java} -g python --additional-properties=packageName=daybook_client -o client`,
    run: 'PYTHONPATH=client $TOOLS/python/bin/python main.py',
    receives: true,
  },
  {
    name: 'openapi-generator-typescript-fetch',
    version: '7.25.0',
    needs: ['java', 'mvn', 'npm'],
    make: `${java} -g typescript-fetch -o daybook && ${checked}`,
    run: 'node main.mjs',
    receives: true,
  },
  {
    name: 'openapi-generator-csharp',
    version: '7.25.0',
    needs: ['java', 'mvn'],
    make: `${java} -g csharp --library httpclient -o client`,
  },
  {
    name: 'openapi-python-client',
    version: '0.29.1',
    needs: ['python3'],
    make: '$TOOLS/python/bin/openapi-python-client generate --path $DOCUMENT --output-path client --overwrite',
    run: 'PYTHONPATH=client $TOOLS/python/bin/python main.py',
  },
  {
    name: 'oapi-codegen',
    version: '2.8.2',
    needs: ['go'],
    make:
      'mkdir daybook && $TOOLS/bin/oapi-codegen -generate types,client -package daybook -o daybook/daybook.gen.go ' +
      "$DOCUMENT && printf 'module daybook\\ngo 1.25\\nrequire github.com/oapi-codegen/runtime v1.9.0\\n' > go.mod && " +
      'go mod tidy && go build -o program .',
    run: './program',
  },
  {
    name: 'ogen',
    version: '1.24.0',
    needs: ['go'],
    make:
      "printf 'generator:\\n  features:\\n    enable: [paths/client]\\n    disable_all: true\\n' > ogen.yml && " +
      '$TOOLS/bin/ogen -config ogen.yml --target daybook --package daybook $DOCUMENT && ' +
      "printf 'module daybook\\ngo 1.25\\nrequire github.com/ogen-go/ogen v1.24.0\\n' > go.mod && " +
      'go mod tidy && go build -o program .',
    run: './program',
  },
  {
    name: 'hey-api',
    version: '0.99.0',
    needs: ['npm'],
    make: `(cd $TOOLS && npx openapi-ts -i $DOCUMENT -o $OLDPWD/daybook) && ${checked}`,
    run: 'node main.mjs',
  },
  {
    name: 'orval',
    version: '7.13.2',
    needs: ['npm'],
    make: `(cd $TOOLS && npx orval --input $DOCUMENT --output $OLDPWD/daybook.ts --client fetch) && ${checked}`,
    run: 'node main.mjs',
  },
]
