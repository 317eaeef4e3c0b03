//! Files of queries, and runs, as TREC has them.

use std::path::Path;

use gleaner::{ArticlePath, Query, Searcher};

use crate::console::Console;
use crate::failure::Failure;

/// Hits of a query that count, as in TREC's runs.
pub(crate) const DEPTH: usize = 1000;

/// Writes the hits of a query as lines of a run.
pub(crate) fn write_run(
    searcher: &Searcher,
    name: &str,
    query: &Query,
    console: &mut Console<'_>,
) -> Result<u64, Failure> {
    let found = hits(searcher, query)?;
    for (i, (document, score)) in found.iter().enumerate() {
        let rank = i + 1;
        let line = format!("{name} Q0 {document} {rank} {score} gleaner");
        console.out.record(line.as_bytes())?;
    }
    Ok(found.len() as u64)
}

/// The names of the articles a query finds, with scores that are all different.
pub(crate) fn hits(searcher: &Searcher, query: &Query) -> Result<Vec<(String, f64)>, Failure> {
    let page = searcher.search_paths(query)?;
    let named = |(path, score): &(ArticlePath, f64)| (document(path), *score);
    Ok(separated(page.paths.iter().map(named)))
}

/// The text of a file.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::Input(format!("reading {}: {error}", path.display())))
}

/// The queries of a file, as name and text.
pub(crate) fn queries(path: &Path) -> Result<Vec<(String, String)>, Failure> {
    let mut queries = Vec::new();
    for (i, line) in read(path)?
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.is_empty())
    {
        let Some((name, text)) = line.split_once('\t') else {
            let path = path.display();
            let what = format!(
                "{path}:{}: no tab between the name of a query and its text",
                i + 1
            );
            return Err(Failure::Input(what));
        };
        queries.push((name.to_owned(), text.to_owned()));
    }
    Ok(queries)
}

/// The name of an article in runs and judgements: its path without the extension, and with `_` for
/// blanks, which part the columns.
fn document(path: &ArticlePath) -> String {
    let path = path.to_str_lossy();
    let stem = match path.rsplit_once('.') {
        Some((stem, extension)) if !extension.contains('/') => stem,
        _ => &path,
    };
    stem.replace(char::is_whitespace, "_")
}

/// Scores that are all different, in the same order: `trec_eval` orders equal ones by name, last first,
/// while the hits are in the order of their paths.
fn separated(hits: impl Iterator<Item = (String, f64)>) -> Vec<(String, f64)> {
    let mut last = f64::INFINITY;
    hits.map(|(document, score)| {
        // Less than a distance of scores that means anything.
        last = if score < last {
            score
        } else {
            last - last.abs().max(1e-6) * 1e-12
        };
        (document, last)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_named_by_their_path_without_extension() {
        assert_eq!(document(&"news/2023/a b.md".into()), "news/2023/a_b");
        assert_eq!(document(&"v1.2/notes".into()), "v1.2/notes");
    }

    #[test]
    fn equal_scores_are_told_apart_in_their_order() {
        let hits = [
            ("b", 2.0),
            ("a", 2.0),
            ("c", 2.0),
            ("d", 1.0),
            ("e", 0.0),
            ("f", 0.0),
        ];
        let separated = separated(
            hits.map(|(name, score)| (name.to_owned(), score))
                .into_iter(),
        );
        assert!(separated.is_sorted_by(|a, b| a.1 > b.1), "{separated:?}");
    }
}
