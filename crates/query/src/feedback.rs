//! Words of the best hits, for ranking again.
//!
//! A relevance model in the manner of RM3 (Abdul-Jaleel et al., TREC 2004): the words of
//! the best articles, weighed by how often they stand there and by how well the article fits. The
//! query keeps most of the weight, because the best hits may be wrong ones.

use std::collections::HashMap;

use gleaner_store::Result;
use tantivy::Term;

use crate::collect::Ranked;
use crate::rank::{Context, Ranking, live_frequency};
use crate::searcher::View;

/// Articles whose words are taken.
pub(crate) const ARTICLES: usize = 10;
/// Words that are added.
const WORDS: usize = 20;
/// Weight of all added words together, beside that of the query. .1 to .18 are alike in MAP; more
/// costs precision at the top.
const SHARE: f64 = 0.1 / 0.9;
/// Words in more than this share of all articles say nothing.
const MOST_FREQUENT: f64 = 0.1;

/// The words that the best hits have in common with each other more than with the rest.
pub(crate) fn context(view: &View, ranking: &Ranking, hits: &[Ranked]) -> Result<Vec<Context>> {
    let snapshot = &view.snapshot;
    let sum: f64 = hits.iter().map(|hit| hit.score).sum();
    if sum <= 0.0 {
        return Ok(Vec::new());
    }
    let mut shares: HashMap<String, f64> = HashMap::new();
    let mut analyzer = snapshot.store().analyzer();
    for hit in hits {
        let article = snapshot.article(hit.address)?;
        let mut counts: HashMap<String, u32> = HashMap::new();
        let mut length = 0_u32;
        for text in article.texts() {
            analyzer.each_token(text, |token| {
                length += 1;
                match counts.get_mut(token.stem) {
                    Some(count) => *count += 1,
                    None => {
                        counts.insert(token.stem.to_owned(), 1);
                    }
                }
            });
        }
        let weight = hit.score / sum / f64::from(length.max(1));
        let mut counts: Vec<(String, u32)> = counts.into_iter().collect();
        counts.sort_unstable();
        for (stem, count) in counts {
            *shares.entry(stem).or_default() += weight * f64::from(count);
        }
    }
    let mut shares: Vec<(String, f64)> = shares.into_iter().collect();
    shares.sort_unstable_by(|(a_stem, a), (b_stem, b)| b.total_cmp(a).then(a_stem.cmp(b_stem)));
    let mut chosen: Vec<Context> = Vec::with_capacity(WORDS);
    for (stem, weight) in shares {
        if chosen.len() == WORDS {
            break;
        }
        if is_telling(view, &stem)? {
            chosen.push(Context { stem, weight });
        }
    }
    let sum: f64 = chosen.iter().map(|word| word.weight).sum();
    let asked: f64 = ranking.asked().iter().map(|word| word.count).sum();
    for word in &mut chosen {
        word.weight *= SHARE * asked / sum;
    }
    Ok(chosen)
}

fn is_telling(view: &View, stem: &str) -> Result<bool> {
    let snapshot = &view.snapshot;
    let term = Term::from_field_text(snapshot.fields().text, stem);
    let mut frequency = 0;
    for segment in snapshot.searcher().segment_readers() {
        frequency += live_frequency(segment, &term).map_err(snapshot.damaged())?;
    }
    Ok(frequency as f64 <= MOST_FREQUENT * view.statistics.articles as f64)
}
