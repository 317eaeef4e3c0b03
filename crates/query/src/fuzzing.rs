//! A door for `fuzz/`: snippets of an article that is in no index. Not part of what is promised.

use gleaner_store::{Analyzer, Article, EngineError, Language, StoredArticle};

use crate::snippet::{Marker, Pattern, Snippet, distinct, snippets};
use crate::words::Reading;

/// What would be shown of an article that was found by these words; one with a star at its end is the beginning of
/// words.
///
/// # Errors
/// If the article cannot be stored and read again, which is a defect.
pub fn snippets_of(
    article: Article,
    words: &[&str],
    language: Language,
) -> Result<(Snippet, Option<Snippet>), EngineError> {
    let mut analyzer = Analyzer::new(language);
    let patterns = words.iter().filter_map(|word| {
        let cells = Reading::of(word, &mut analyzer).cells;
        match (word.strip_suffix('*'), &cells[..]) {
            (_, []) => None,
            (Some(_), [(_, form)]) => Some(Pattern::prefix(&form.exact)),
            _ => Some(Pattern::sequence(&cells)),
        }
    });
    let patterns = distinct(patterns.collect());
    let stored = StoredArticle::of(article)?;
    snippets(&stored, &mut Marker::new(&patterns, analyzer))
}
