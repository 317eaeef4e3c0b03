//! A pasted page is a query too: it is cut to its most telling words.

use std::collections::{BTreeMap, HashSet};

use gleaner_store::Result;

use crate::parse::{Clause, Group, Node, Occur};
use crate::rank::{Statistics, WordForm};
use crate::vocabulary::Vocabulary;
use crate::words::Reading;

/// Most different words that are wished for. A query of a few sentences has fewer; of a page, those
/// that tell least would only take time.
pub(crate) const MAX_WORDS: usize = 64;

/// How many different words there were, and how many were kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) kept: usize,
    pub(crate) of: usize,
}

/// A word as the query says it: the stems of its parts.
type Key = Vec<String>;

/// How often the query says a word, and where first.
struct Said {
    count: u32,
    first: usize,
    reading: Reading,
}

/// Cuts the words that are wished for to the most telling ones, if there are more than
/// [`MAX_WORDS`] different ones: those with the greatest `idf (1 + ln f)` for f times in the query.
/// Words that no article has go first. What is required or excluded stays, as do fields; but
/// quoted phrases, patterns, compounds and groups are read as their words, because a page is full of
/// them without asking for any.
pub(crate) fn cut(
    vocabulary: &mut Vocabulary<'_>,
    statistics: &Statistics,
    text: &str,
    root: &mut Group,
) -> Result<Option<Cut>> {
    let mut wished = 0;
    count_words(root, &mut wished);
    if wished <= MAX_WORDS {
        return Ok(None);
    }
    let mut loose = root.clone();
    loosen(vocabulary, text, &mut loose);
    let mut said = BTreeMap::new();
    take_words(vocabulary, &loose, &mut said);
    if said.len() <= MAX_WORDS {
        return Ok(None);
    }
    *root = loose;
    let of = said.len();
    let mut weighed = Vec::with_capacity(of);
    for (key, said) in said {
        let weight = weight(vocabulary, statistics, &said)?;
        weighed.push((weight, said.first, key));
    }
    weighed.sort_by(|(a, a_first, _), (b, b_first, _)| b.total_cmp(a).then(a_first.cmp(b_first)));
    weighed.truncate(MAX_WORDS);
    let kept: HashSet<Key> = weighed.into_iter().map(|(_, _, key)| key).collect();
    keep(vocabulary, root, &kept);
    let kept = kept.len();
    Ok(Some(Cut { kept, of }))
}

/// Reads phrases that no operator applies to, patterns, compounds, and groups of nothing but wishes as
/// words.
fn loosen(vocabulary: &mut Vocabulary<'_>, text: &str, group: &mut Group) {
    for mut clause in std::mem::take(&mut group.clauses) {
        let is_wished = is_wished(clause.occur);
        let is_words = match &mut clause.node {
            Node::Group(inner) if is_wished && inner.clauses.iter().all(wishes) => {
                loosen(vocabulary, text, inner);
                group.clauses.append(&mut inner.clauses);
                continue;
            }
            Node::Phrase { .. } => is_wished || clause.implied,
            node => is_wished && node.is_word(),
        };
        if !is_words {
            group.clauses.push(clause);
            continue;
        }
        // A word that the ladder took out of a phrase may have the place of all of it.
        let typed = match &clause.node {
            Node::Word(word) => word,
            _ => &text[clause.span.start..clause.span.end],
        };
        let reading = vocabulary.reading(typed);
        let words = reading.cells.iter().map(|(_, form)| Clause {
            occur: Occur::Should,
            implied: true,
            node: Node::Word(form.exact.clone()),
            span: clause.span,
        });
        group.clauses.extend(words);
    }
}

fn wishes(clause: &Clause) -> bool {
    is_wished(clause.occur)
}

/// Whether the words in a group are only wished for: what is required or excluded stays whole.
fn is_wished(occur: Occur) -> bool {
    occur == Occur::Should
}

fn count_words(group: &Group, count: &mut usize) {
    for clause in group.clauses.iter().filter(|c| is_wished(c.occur)) {
        match &clause.node {
            Node::Word(_) => *count += 1,
            Node::Group(inner) => count_words(inner, count),
            _ => {}
        }
    }
}

fn take_words(vocabulary: &mut Vocabulary<'_>, group: &Group, said: &mut BTreeMap<Key, Said>) {
    for clause in group.clauses.iter().filter(|c| is_wished(c.occur)) {
        match &clause.node {
            Node::Word(text) => {
                let reading = vocabulary.reading(text);
                if !tells(vocabulary, &reading) {
                    continue;
                }
                let first = clause.span.start;
                let word = said.entry(key(&reading)).or_insert(Said {
                    count: 0,
                    first,
                    reading,
                });
                word.count += 1;
            }
            Node::Group(inner) => take_words(vocabulary, inner, said),
            _ => {}
        }
    }
}

/// Leaves out the words that are not kept, and groups of nothing else.
fn keep(vocabulary: &mut Vocabulary<'_>, group: &mut Group, kept: &HashSet<Key>) {
    group.clauses.retain_mut(|clause| {
        if !is_wished(clause.occur) {
            return true;
        }
        match &mut clause.node {
            Node::Word(text) => kept.contains(&key(&vocabulary.reading(text))),
            Node::Group(inner) => {
                keep(vocabulary, inner, kept);
                !inner.clauses.is_empty()
            }
            _ => true,
        }
    });
}

fn key(reading: &Reading) -> Key {
    let stems = reading.cells.iter().map(|(_, form)| form.stem.clone());
    stems.collect()
}

/// Whether there is more to a piece than common words.
fn tells(vocabulary: &Vocabulary<'_>, reading: &Reading) -> bool {
    let mut forms = reading.cells.iter().map(|(_, form)| form);
    forms.any(|form| !vocabulary.is_common(form))
}

/// Of a compound, what its most telling part weighs.
fn weight(vocabulary: &mut Vocabulary<'_>, statistics: &Statistics, said: &Said) -> Result<f64> {
    let parts = said.reading.cells.iter().map(|(_, form)| form);
    let forms: Vec<&WordForm> = parts.chain(&said.reading.joined).collect();
    let mut most: f64 = 0.0;
    for form in forms {
        let frequency = vocabulary.frequency(form)?;
        if frequency > 0 {
            most = most.max(statistics.idf(frequency));
        }
    }
    Ok(most * (1.0 + f64::from(said.count).ln()))
}
