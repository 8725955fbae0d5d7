#!/bin/sh
# Compiles clerkwork.css from sass/ and GOV.UK Frontend, and notes what came out in SHA256SUMS.
# Run by hand, with Node, when sass/ or a version here changes; what it makes is committed, so that
# nobody needs Node to build Clerkwork.
set -eu
govuk=6.6.0
sass=1.108.2

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

npm install --prefix "$work" --ignore-scripts --no-audit --no-fund --silent \
    "govuk-frontend@$govuk" "sass@$sass"
"$work/node_modules/.bin/sass" --load-path="$work/node_modules" --no-source-map --quiet-deps \
    --style=compressed "$here/sass/clerkwork.scss" "$work/clerkwork.css"
{
    echo "/* GOV.UK Frontend $govuk, MIT licence, (c) 2017 Crown Copyright: see GOVUK-LICENCE.txt; and"
    echo "   Clerkwork's own rules. Made by build.sh from sass/: change it there. */"
    # The byte order mark that Sass may put first would be in the way of the comment.
    sed '1s/^\xef\xbb\xbf//' "$work/clerkwork.css"
} >"$here/clerkwork.css"
node "$here/../parts/tests/cases.mjs" \
    "$work/node_modules/govuk-frontend/dist/govuk/components" >"$here/../parts/tests/govuk.json"
# Under another name, for Node looks no module over that is called .js.
for script in "$here"/*.js; do
    cp "$script" "$work/script.mjs"
    node --check "$work/script.mjs" || { echo "$script is not right" >&2; exit 1; }
done

cd "$here"
# In the order of their names wherever it is run.
LC_ALL=C
export LC_ALL
sha256sum clerkwork.css sass/*.scss >SHA256SUMS
