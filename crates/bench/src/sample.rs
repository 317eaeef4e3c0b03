//! What queries can be made of: words by their frequency, and a sample of articles.

use std::collections::{BTreeSet, HashMap, HashSet};

use gleaner::{Article, Result, Searcher, Value};

use crate::random::Random;

/// Most articles queries are made of.
const ARTICLES: usize = 60;

/// Bytes of an article that are looked at, so that books do not fill the memory.
const BYTES: usize = 100_000;

/// Longest value of a condition, in bytes.
const LONGEST_VALUE: usize = 40;

/// Fewest letters of a word that is asked for.
const LETTERS: usize = 3;

/// Words of the articles, by the share of the articles that have them.
pub(crate) struct Bands {
    /// In more than a tenth and up to half of them.
    pub(crate) frequent: Vec<String>,
    /// In more than a hundredth and up to a tenth.
    pub(crate) medium: Vec<String>,
    /// In a hundredth or less, but in two at least where there are over a hundred.
    pub(crate) rare: Vec<String>,
}

impl Bands {
    fn of(words: &HashMap<String, u64>, articles: u64) -> Self {
        let mut bands = Self {
            frequent: Vec::new(),
            medium: Vec::new(),
            rare: Vec::new(),
        };
        let least = 1 + u64::from(articles > 100);
        let mut sorted: Vec<(&String, &u64)> = words.iter().collect();
        sorted.sort();
        for (word, &count) in sorted {
            if !is_word(word) || count < least || count * 2 > articles {
                continue;
            }
            let band = if count * 10 > articles {
                &mut bands.frequent
            } else if count * 100 > articles {
                &mut bands.medium
            } else {
                &mut bands.rare
            };
            band.push(word.clone());
        }
        bands
    }

    /// A word of the band of this number; where that is empty, of the next.
    pub(crate) fn word(&self, band: usize, random: &mut Random) -> Option<&str> {
        let bands = [&self.frequent, &self.medium, &self.rare];
        let band = (0..3).map(|i| bands[(band + i) % 3]);
        let band = band.into_iter().find(|band| !band.is_empty())?;
        random.one_of(band).map(String::as_str)
    }
}

/// What is made use of in an article.
pub(crate) struct Sampled {
    /// Its words that are asked for, each once, in order.
    pub(crate) words: Vec<String>,
    /// Words that stand one after another with nothing but a blank between them: two at least.
    pub(crate) runs: Vec<Vec<String>>,
    /// Conditions that it fulfils.
    pub(crate) conditions: Vec<String>,
}

/// What queries are made of. The same for the same articles, whatever the segments are.
pub(crate) struct Sample {
    pub(crate) bands: Bands,
    pub(crate) articles: Vec<Sampled>,
    /// Words in more than half of the articles.
    pub(crate) common: HashSet<String>,
}

impl Sample {
    pub(crate) fn of(searcher: &Searcher, random: &mut Random) -> Result<Self> {
        let words: HashMap<String, u64> = searcher.complete("", usize::MAX)?.into_iter().collect();
        let count = searcher.articles()?;
        let is_common = |word: &str| words.get(word).is_some_and(|n| n * 2 > count);
        let keys = telling_keys(searcher)?;
        let paths = searcher.paths()?;
        let mut articles = Vec::new();
        for i in random.draw(ARTICLES, paths.len()) {
            let Some(article) = searcher.article(&paths[i])? else {
                continue;
            };
            let texts = texts(&article);
            let words = words_of(&texts).into_iter();
            articles.push(Sampled {
                words: words.filter(|word| !is_common(word)).collect(),
                runs: texts.iter().flat_map(|text| runs(text)).collect(),
                conditions: conditions(&article, &paths[i].to_str_lossy(), &keys),
            });
        }
        let bands = Bands::of(&words, count);
        let common = words.into_iter().filter(|(_, n)| n * 2 > count);
        Ok(Self {
            bands,
            articles,
            common: common.map(|(word, _)| word).collect(),
        })
    }
}

/// Whether a text is a word a person may type: letters alone.
fn is_word(text: &str) -> bool {
    let letters = text.chars().count();
    let is_long = letters >= LETTERS || (letters > 1 && !text.is_ascii());
    is_long && letters <= 20 && text.chars().all(char::is_alphabetic)
}

/// What is searched as the text of an article, as far as it is looked at.
fn texts(article: &Article) -> Vec<&str> {
    let mut left = BYTES;
    let has_room = |text: &&str| {
        let has_room = left > 0;
        left = left.saturating_sub(text.len());
        has_room
    };
    article.texts().take_while(has_room).collect()
}

fn words_of(texts: &[&str]) -> BTreeSet<String> {
    let words = texts.iter();
    let words = words.flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let words = words.filter(|word| is_word(word) && word.chars().count() > LETTERS);
    words.map(str::to_lowercase).collect()
}

/// The words of a text that stand one after another with nothing but a blank between them.
fn runs(text: &str) -> Vec<Vec<String>> {
    let mut runs = vec![Vec::new()];
    for piece in text.split_whitespace() {
        let word = piece.trim_end_matches([',', '.', ';', ':', '!', '?']);
        let is_word = !word.is_empty() && word.chars().all(char::is_alphabetic);
        if let (Some(run), true) = (runs.last_mut(), is_word) {
            run.push(word.to_owned());
        }
        if !is_word || word.len() < piece.len() {
            runs.push(Vec::new());
        }
    }
    runs.retain(|run| run.len() > 1);
    runs
}

/// The keys of which some articles share values, in lower case; all keys if there are none.
fn telling_keys(searcher: &Searcher) -> Result<HashSet<String>> {
    let fields = searcher.fields()?;
    let is_shared = |field: &&gleaner::FieldSummary| field.distinct < field.articles;
    let has_shared = fields.iter().any(|field| is_shared(&field));
    let wanted = fields
        .iter()
        .filter(|field| !has_shared || is_shared(field));
    Ok(wanted.map(|field| field.name.clone()).collect())
}

/// Conditions on front matter that an article fulfils; one on its path if there are none.
fn conditions(article: &Article, path: &str, keys: &HashSet<String>) -> Vec<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut conditions = BTreeSet::new();
    for (key, value) in &article.metadata {
        if !key.chars().all(plain) || !keys.contains(&key.to_lowercase()) {
            continue;
        }
        let value = match value {
            Value::Text(text) if is_plain(text) => format!("\"{text}\""),
            Value::Text(_) => continue,
            Value::Date(date) => date.to_string().chars().take("YYYY-MM-DD".len()).collect(),
            other => other.to_string(),
        };
        conditions.insert(format!("{key}:{value}"));
    }
    if conditions.is_empty() && path.chars().all(|c| plain(c) || c == '/') {
        let condition = match (path.rsplit_once('/'), path.rsplit_once('.')) {
            (Some((folder, _)), _) => format!("path:/{folder}/**"),
            (None, Some((_, extension))) => format!("path:*.{extension}"),
            (None, None) => format!("path:{path}"),
        };
        conditions.insert(condition);
    }
    conditions.into_iter().collect()
}

/// Whether a value can stand in quotes as it is.
fn is_plain(text: &str) -> bool {
    let quotes = ['"', '“', '”', '„', '\\', '*', '~'];
    text.len() <= LONGEST_VALUE
        && text.contains(char::is_alphanumeric)
        && !text.contains(|c: char| c.is_control() || quotes.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_end_at_signs() {
        let runs = runs("A war, they say (and so on) ends well. Train to Busan's end");
        let shown: Vec<String> = runs.iter().map(|run| run.join(" ")).collect();
        assert_eq!(shown, ["A war", "they say", "ends well", "Train to"]);
    }

    #[test]
    fn bands_are_shares_of_the_articles() {
        let words = [
            ("all", 200),
            ("often", 21),
            ("some", 20),
            ("rare", 2),
            ("once", 1),
            ("x86", 9),
        ];
        let words = words.map(|(word, count)| (word.to_owned(), count)).into();
        let bands = Bands::of(&words, 200);
        assert_eq!(
            (bands.frequent, bands.medium, bands.rare),
            (
                vec!["often".to_owned()],
                vec!["some".to_owned()],
                vec!["rare".to_owned()]
            )
        );
    }
}
