//! Conditions on where an article lies.
//!
//! A path pattern is matched against whole names, from any folder on, and what lies below a match is
//! matched as well: `news` is `news/a.md`, `archive/news/2023/b.md` and `x/news.md`, but not
//! `newspaper/c.md`. One that begins with `/` starts at the root.

use gleaner_store::PATH_COLUMN;
use globset::{Candidate, GlobBuilder, GlobSet, GlobSetBuilder};
use tantivy::{BitSet, SegmentReader};

use crate::deadline::Deadline;
use crate::filter::DocumentFilter;

/// Longest pattern in bytes; no path anyone types is longer.
const MAX_PATTERN_BYTES: usize = 512;

/// Articles whose path fits a pattern.
#[derive(Debug, Clone)]
pub(crate) struct PathQuery {
    globs: GlobSet,
}

impl PathQuery {
    /// Reads a pattern: `*` and `?` within a name, `**` across folders, `[ab]`, `{a,b}`. Capitals do
    /// not matter. `None` if it cannot be read.
    pub(crate) fn glob(text: &str) -> Option<Self> {
        Self::of(text, text.contains(['*', '?', '[', '{']))
    }

    /// A path without signs of its own.
    pub(crate) fn literal(text: &str) -> Option<Self> {
        Self::of(&globset::escape(text), false)
    }

    fn of(pattern: &str, is_glob: bool) -> Option<Self> {
        let trimmed = pattern.trim_matches('/');
        let trimmed = trimmed.strip_prefix("./").unwrap_or(trimmed);
        if trimmed.is_empty() || pattern.len() > MAX_PATTERN_BYTES {
            return None;
        }
        let mut globs = GlobSetBuilder::new();
        // Which is the root as well.
        let start = if pattern.starts_with('/') { "" } else { "**/" };
        // Of a file, the extension may be left out.
        let file = (!is_glob && !pattern.ends_with('/')).then(|| format!("{trimmed}.*"));
        let here = [
            Some(trimmed.to_owned()),
            Some(format!("{trimmed}/**")),
            file,
        ];
        for glob in here.into_iter().flatten() {
            let glob = format!("{start}{glob}");
            let mut glob = GlobBuilder::new(&glob);
            glob.literal_separator(true)
                .case_insensitive(true)
                .backslash_escape(true);
            globs.add(glob.build().ok()?);
        }
        globs.build().ok().map(|globs| Self { globs })
    }

    fn fits(&self, path: &[u8]) -> bool {
        self.globs.is_match_candidate(&Candidate::from_bytes(path))
    }
}

impl DocumentFilter for PathQuery {
    /// Each path is looked at once, in the dictionary of the column.
    fn docs(&self, segment: &SegmentReader, deadline: &Deadline) -> tantivy::Result<BitSet> {
        let mut docs = BitSet::with_max_value(segment.max_doc());
        let Some(paths) = segment.fast_fields().bytes(PATH_COLUMN)? else {
            return Ok(docs);
        };
        let mut fitting = Vec::with_capacity(paths.num_terms());
        let mut stream = paths.dictionary().stream()?;
        let mut looked = 0;
        while stream.advance() && !deadline.passes_at(&mut looked) {
            fitting.push(self.fits(stream.key()));
        }
        for doc in 0..segment.max_doc() {
            let ord = paths.ords().first(doc);
            if ord.is_some_and(|ord| fitting.get(ord as usize) == Some(&true)) {
                docs.insert(doc);
            }
        }
        Ok(docs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, paths: &str, others: &str) {
        let query = PathQuery::glob(pattern).expect("a pattern");
        for path in paths.split_whitespace() {
            assert!(query.fits(path.as_bytes()), "{pattern} {path}");
        }
        for path in others.split_whitespace() {
            assert!(!query.fits(path.as_bytes()), "{pattern} {path}");
        }
    }

    #[test]
    fn whole_names_from_any_folder_on() {
        check(
            "news",
            "news/a.md a/news/b/c.md x/News.md news",
            "newspaper/a.md a/xnews.md",
        );
        check(
            "news/2023",
            "news/2023/a.md old/news/2023/b.md news/2023.md",
            "news/a/2023/b.md",
        );
        check("/news/", "news/a.md", "old/news/a.md news.md");
        check("a.md", "a.md x/a.md", "a.mdx b/xa.md");
        check("./news", "news/a.md", "b.md");
    }

    #[test]
    fn globs() {
        check(
            "news/2023/**",
            "news/2023/a.md news/2023/b/c.md",
            "news/2024/a.md news/2023.md",
        );
        check("*.md", "a.md x/b.md", "a.txt");
        check("news/*/a.md", "news/x/a.md", "news/x/y/a.md");
        check("000_*", "000_9c.txt x/000_.md", "1000_.md");
        check("{a,b}/[cd].md", "a/c.md x/b/d.md", "c/a.md");
        check("/**/a.md", "a.md x/a.md", "b.md");
    }

    #[test]
    fn what_is_no_pattern() {
        for text in ["[", "{a", "/", "", &"a".repeat(1000)] {
            assert!(PathQuery::glob(text).is_none(), "{text}");
        }
        let literal = PathQuery::literal("[a").expect("a path");
        assert!(literal.fits(b"x/[a.md") && !literal.fits(b"a.md"));
    }
}
