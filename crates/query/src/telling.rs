//! The words that tell most of what an article is about.

use std::collections::BTreeMap;

use gleaner_store::{Analyzer, Article, Language, Result, Snapshot};
use tantivy::Term;

use crate::rank::live_frequency;
use crate::stop_words::is_stop_word;

/// Words an article is told by. More of them only add words it shares with everything.
const MAX_WORDS: usize = 25;

/// Words looked up for that, those that stand most often in the article. It bounds the time for
/// articles as long as books.
const MAX_LOOKED_UP: usize = 2_000;

/// How often a word counts for being in the title, besides its being there.
const IN_TITLE: u32 = 2;

/// A word of an article, as the field `text` has it.
pub(crate) struct TellingWord {
    pub(crate) term: Term,
    /// The form in which it stands most often in the article.
    pub(crate) shown: String,
    /// `(1 + ln f) ln(1 + (N - n + 0.5) / (n + 0.5))`: f times in the article, in n of N articles.
    pub(crate) weight: f64,
}

/// A stem in an article: how often it is there, and in which forms.
#[derive(Default)]
struct Count {
    all: u32,
    forms: BTreeMap<String, u32>,
}

/// The most telling words of an article of this index, the most telling first.
///
/// Who published and wrote it is left out: it says nothing of what it is about. So are words no other
/// article has.
pub(crate) fn telling_words(
    snapshot: &Snapshot,
    article: &Article,
    analyzer: &mut Analyzer,
) -> Result<Vec<TellingWord>> {
    let articles = snapshot.articles()? as f64;
    let language = snapshot.store().language();
    let mut counts: Vec<(String, Count)> =
        counts(article, analyzer, language).into_iter().collect();
    counts.sort_by(|(a, a_count), (b, b_count)| b_count.all.cmp(&a_count.all).then(a.cmp(b)));
    counts.truncate(MAX_LOOKED_UP);
    let mut words = Vec::with_capacity(counts.len());
    for (stem, count) in counts {
        let term = Term::from_field_text(snapshot.fields().text, &stem);
        let mut frequency = 0;
        for segment in snapshot.searcher().segment_readers() {
            frequency += live_frequency(segment, &term).map_err(snapshot.damaged())?;
        }
        if frequency < 2 {
            continue;
        }
        let frequency = frequency as f64;
        let idf = (1.0 + ((articles - frequency).max(0.0) + 0.5) / (frequency + 0.5)).ln();
        words.push(TellingWord {
            term,
            shown: most_frequent(&count.forms),
            weight: (1.0 + f64::from(count.all).ln()) * idf,
        });
    }
    words.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.term.cmp(&b.term)));
    words.truncate(MAX_WORDS);
    Ok(words)
}

/// The stems of an article and how often they are there.
fn counts(
    article: &Article,
    analyzer: &mut Analyzer,
    language: Language,
) -> BTreeMap<String, Count> {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let mut add = |text: &str, times: u32| {
        analyzer.each_token(text, |token| {
            // A single letter is a part of something, or a variable.
            if token.exact.len() < 2 || is_stop_word(token.exact, language) {
                return;
            }
            let count = counts.entry(token.stem.to_owned()).or_default();
            count.all += times;
            *count.forms.entry(token.exact.to_owned()).or_default() += times;
        });
    };
    let stands_alone = u32::from(!article.title_source.is_in_passages());
    add(&article.title.text, IN_TITLE + stands_alone);
    if let Some(excerpt) = &article.excerpt {
        add(&excerpt.text, 1);
    }
    for topic in &article.topics {
        add(topic, 1);
    }
    for passage in &article.passages {
        add(&passage.text, 1);
    }
    counts
}

/// The most frequent form, among equals the first.
fn most_frequent(forms: &BTreeMap<String, u32>) -> String {
    let most = forms.values().max();
    let form = forms.iter().find(|(_, count)| Some(*count) == most);
    form.map(|(form, _)| form.clone()).unwrap_or_default()
}
