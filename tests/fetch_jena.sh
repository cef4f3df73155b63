#!/bin/sh
# Apache Jena (Apache 2.0) with its command-line tools, for the benchmark to run beside: fetched by Maven into build/jena.
# Needs Java 17 and Maven. JENA chooses the version; 5.x is the last line that runs on Java 17.
set -eu
JENA=${JENA:-5.6.0}
HERE=$(cd "$(dirname "$0")/.." && pwd)/build/jena
[ -f "$HERE/lib/jena-cmds-$JENA.jar" ] && exit 0
mkdir -p "$HERE"
cat > "$HERE/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>bench</groupId><artifactId>bench</artifactId><version>1</version>
<dependencies><dependency><groupId>org.apache.jena</groupId><artifactId>jena-cmds</artifactId><version>$JENA</version></dependency></dependencies>
</project>
POM
mvn -q -B -f "$HERE/pom.xml" dependency:copy-dependencies -DoutputDirectory="$HERE/lib" >&2
