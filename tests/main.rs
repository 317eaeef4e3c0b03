//! What the crates do together, from the outside: as an embedder and as a person at a terminal.

/// Folders, files and queries that the tests share.
mod support;

/// The command: its help, its exit codes, its papers.
mod command;
/// Near-duplicates are shown under the best of them, and nothing else is.
mod copies;
/// What the fuzzer found worth keeping, read again.
mod corpora;
/// Which crates of others are used: docs/dependencies.md has the whole list. And no `unsafe` in ours.
mod dependencies;
/// Counting all matches by their front matter.
mod facets;
/// Whatever happened to an index, it equals one made anew.
mod history;
/// Queries that are made to take long, and limits that hold for any.
mod hostile;
/// An index that was brought up to date is the same as one made anew.
mod incremental;
/// The shape of JSON, as docs/output.md says.
mod json;
/// What is found where nothing matches as typed, and by a pasted page.
mod ladder;
/// The query language on folders made for it: parts, paths, patterns, dates.
mod language;
/// Articles in other languages than English.
mod languages;
/// The front-matter keys and the words of an index.
mod listings;
/// An index of made articles, to count and to sort.
mod made;
/// Files that are not as they should be: encodings, front matter, sizes.
mod oddities;
/// What the documents say of the program.
mod papers;
/// What holds for every file and every query.
mod properties;
/// Which article comes first.
mod ranking;
/// Folders that are not ours, other versions, damage.
mod refusals;
/// What survives kills, damage and mistakes: docs/reliability.md has the whole list.
mod reliability;
/// Scores: the best hits, what they are the sum of, and what changes them.
mod scores;
/// The three seed articles: what is found, in which order, and how it is shown.
mod seeds;
/// Articles like a given one, and why.
mod similar;
/// Hits in another order than by score.
mod sorting;
/// Nothing that comes from files steers a terminal.
mod terminal;
