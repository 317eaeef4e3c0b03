//! Draws queries from articles, the same for the same articles.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use gleaner::{ArticlePath, NoteKind, Query, Searcher};

use crate::ask::{Ask, Class, Want};
use crate::made::Numbers;
use crate::peers::{FILTER_KEYS, Peer as _, files, gleaner_query};

/// Most articles that queries are drawn from, evenly among all.
const SAMPLE: usize = 5_000;
/// Draws for a query that is to be, before there are fewer.
const TRIES: usize = 200;

/// What queries are drawn from.
pub struct Draw {
    /// The running text of each article of the sample; what is no plain word is empty.
    texts: Vec<Vec<String>>,
    /// Words of over three letters, the most frequent first.
    words: Vec<String>,
    /// Words that more than a tenth of the articles have, with their share.
    common: HashMap<String, f64>,
    /// Key and values that are filtered by, the most frequent value first.
    filters: Vec<(String, String)>,
    searcher: Searcher,
}

impl std::fmt::Debug for Draw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draw").finish_non_exhaustive()
    }
}

impl Draw {
    /// Reads a sample of the articles. The index of Gleaner says which words it leaves aside as too
    /// common, which nobody else does: they are not drawn.
    pub fn of(articles: &Path, index: &Path) -> Self {
        let mut all: Vec<PathBuf> = files(articles).collect();
        all.sort_unstable();
        let step = all.len().div_ceil(SAMPLE).max(1);
        let (mut texts, mut values) = (Vec::new(), HashMap::new());
        for file in all.iter().step_by(step) {
            let bytes = fs::read(file).expect("a file that can be read");
            let Some(article) = gleaner::read_article(&ArticlePath::from_relative(file), &bytes).0
            else {
                continue;
            };
            texts.push(article.texts().flat_map(running).collect());
            for (key, value) in &article.metadata {
                let value = value.to_string();
                if FILTER_KEYS.contains(&key.as_str()) && is_letters(&value) {
                    *values.entry((key.clone(), value)).or_insert(0_usize) += 1;
                }
            }
        }
        let (words, common) = frequencies(&texts);
        Self {
            texts,
            words,
            common,
            filters: filters(values),
            searcher: Searcher::open(index).expect("an index"),
        }
    }

    /// Up to `count` different queries of a class that find something.
    pub fn asks(&self, class: Class, count: usize) -> Vec<Ask> {
        let mut numbers = Numbers::new(class as u64);
        let mut asks: Vec<Ask> = Vec::new();
        for _ in 0..count * TRIES {
            if asks.len() == count {
                break;
            }
            if let Some(ask) = self.ask(class, &mut numbers)
                && !asks.contains(&ask)
                && self.finds(&ask)
            {
                asks.push(ask);
            }
        }
        asks
    }

    fn ask(&self, class: Class, numbers: &mut Numbers) -> Option<Ask> {
        let words = match class {
            Class::Term | Class::Filtered => vec![self.word(numbers)?],
            Class::And | Class::Or => self.two_words(numbers)?,
            Class::Phrase => {
                let length = numbers.between(2, 3);
                self.run_of(length, numbers)?
            }
            Class::CommonPhrase => {
                let words = self.run_of(2, numbers)?;
                words
                    .iter()
                    .any(|word| self.common.contains_key(word))
                    .then_some(words)?
            }
            Class::Prefix => vec![self.word(numbers)?[..4].to_owned()],
            Class::Fuzzy => {
                let word = self.word(numbers)?;
                vec![format!("{}{}", &word[..2], &word[3..])]
            }
        };
        let filter = match class {
            Class::Filtered if self.filters.is_empty() => return None,
            Class::Filtered => Some(numbers.one_of(&self.filters).clone()),
            _ => None,
        };
        Some(Ask {
            class,
            words,
            filter,
        })
    }

    /// A word by its rank on a logarithmic scale: as many frequent ones as rare ones.
    #[expect(clippy::cast_sign_loss, reason = "a power of a positive number")]
    fn word(&self, numbers: &mut Numbers) -> Option<String> {
        let rank = (self.words.len() as f64).powf(numbers.uniform());
        self.words.get((rank as usize).checked_sub(1)?).cloned()
    }

    /// Two different words of one article, of more than three letters.
    fn two_words(&self, numbers: &mut Numbers) -> Option<Vec<String>> {
        let text = self.text(numbers)?;
        let words = [(); 2].map(|()| numbers.one_of(text).clone());
        let is_fit = words[0] != words[1] && words.iter().all(|word| word.len() > 3);
        is_fit.then(|| words.to_vec())
    }

    /// Words one after another.
    fn run_of(&self, length: usize, numbers: &mut Numbers) -> Option<Vec<String>> {
        let text = self.text(numbers)?;
        let start = numbers.below(text.len());
        let words = text.get(start..start + length)?;
        words
            .iter()
            .all(|word| !word.is_empty())
            .then(|| words.to_vec())
    }

    fn text(&self, numbers: &mut Numbers) -> Option<&Vec<String>> {
        let text = self.texts.get(numbers.below(self.texts.len()))?;
        (!text.is_empty()).then_some(text)
    }

    /// Whether there are hits for the query as it stands, without words left aside, and without the two
    /// words written as one, which Gleaner finds too.
    fn finds(&self, ask: &Ask) -> bool {
        let page = |query: Query| {
            let query = query.ladder(false).limit(0);
            self.searcher.search_paths(&query).expect("a page")
        };
        if ask.class == Class::Or && page(Query::plain(ask.words.concat())).total > 0 {
            return false;
        }
        let page = page(gleaner_query(ask));
        let is_whole = |note: &gleaner::Note| note.kind != NoteKind::CommonWord;
        page.total > 0 && page.notes.iter().all(is_whole)
            // With near words where nothing matches, a query would be another one.
            && self.searcher.find(ask, Want::Count).and_then(|found| found.total) == Some(page.total)
    }
}

/// The words of a text; what is not made of small letters and digits alone is empty.
fn running(text: &str) -> impl Iterator<Item = String> {
    let is_plain = |word: &str| {
        word.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let words = text.split_whitespace();
    // A text ends: no phrase goes on into the next.
    let words = words.map(move |word| if is_plain(word) { word } else { "" });
    words.chain([""]).map(str::to_owned)
}

fn is_letters(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn frequencies(texts: &[Vec<String>]) -> (Vec<String>, HashMap<String, f64>) {
    let mut frequency: HashMap<&str, usize> = HashMap::new();
    for text in texts {
        let mut seen: Vec<&str> = text.iter().map(String::as_str).collect();
        seen.sort_unstable();
        seen.dedup();
        for word in seen.into_iter().filter(|word| is_letters(word)) {
            *frequency.entry(word).or_default() += 1;
        }
    }
    let mut found: Vec<(&str, usize)> = frequency.into_iter().collect();
    found.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let share = |count: usize| count as f64 / texts.len() as f64;
    let common = found.iter().filter(|(_, count)| share(*count) > 0.1);
    let common = common.map(|(word, count)| ((*word).to_owned(), share(*count)));
    let common = common.collect();
    let words = found.iter().filter(|(word, _)| word.len() > 3);
    (words.map(|(word, _)| (*word).to_owned()).collect(), common)
}

/// The four most frequent values of the first key there is.
fn filters(values: HashMap<(String, String), usize>) -> Vec<(String, String)> {
    let mut values: Vec<((String, String), usize)> = values.into_iter().collect();
    values.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut values: Vec<(String, String)> = values.into_iter().map(|(value, _)| value).collect();
    let key = FILTER_KEYS
        .into_iter()
        .find(|key| values.iter().any(|(name, _)| name == key));
    values.retain(|(name, _)| Some(name.as_str()) == key);
    values.truncate(4);
    values
}
