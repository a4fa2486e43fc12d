#!/usr/bin/env bash
# Usage: scripts/audit.sh      names packages with known vulnerabilities, of .NET (also transitive) and of npm (without those of development)
# A report: it ends with 0 whatever it finds, and says where no source of advisories answers.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1

case ${1:-} in --help | -h) sed -n '2,3s/^# //p' "${BASH_SOURCE[0]}"; exit 0 ;; esac

# dotnet says "no vulnerable packages" also of a source that knows of none: whether one knows is in its index.
knows() {
  local source
  while read -r _ source; do
    [[ $source == http* ]] && curl -fsS --max-time 20 "$source" 2>/dev/null | grep -q '"VulnerabilityInfo/' && return
  done < <(dotnet nuget list source --format short 2>/dev/null)
  return 1
}

echo '== .NET packages'
if ! knows || ! listed=$(timeout 600 dotnet list CrmFunctions.sln package --vulnerable --include-transitive 2>&1); then
  echo 'Not known: no source of advisories answers.'
elif found=$(grep -E '^ +> ' <<<"$listed" | sed 's/^ *//' | sort -u) && [[ -n $found ]]; then
  printf 'Vulnerable:\n%s\n' "$found"
else
  echo 'No vulnerable package is known.'
fi

for place in scripts tests/peers/*/; do
  place=${place%/}
  [[ -f $place/package-lock.json ]] || continue
  echo "== npm packages of $place"
  report=$(cd "$place" && timeout 120 npm audit --omit=dev --json 2>/dev/null)
  # shellcheck disable=SC2016 # The dollars are JavaScript's.
  node -e '
    let report;
    try { report = JSON.parse(process.argv[1]); } catch { report = {}; }
    if (!report.metadata || !report.vulnerabilities) console.log("Not known: no source of advisories answers.");
    else {
      const found = Object.values(report.vulnerabilities);
      console.log(found.length ? "Vulnerable:" : "No vulnerable package is known.");
      for (const one of found) console.log(`> ${one.name} ${one.range}: ${one.severity}`);
    }' -- "$report"
done
exit 0
