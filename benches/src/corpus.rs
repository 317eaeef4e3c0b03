//! Which articles are indexed, and what they are like.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::figures::percentile;
use crate::made::made_corpus;
use crate::peers::{files, split};

/// The articles of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corpus {
    /// Folder of the articles.
    pub root: PathBuf,
    /// What to call them.
    pub name: String,
}

impl Corpus {
    /// The folder that `GLEANER_CORPUS` names; else as many made articles as `GLEANER_DOCS` says,
    /// or `default`, which are kept below `place`. A number may end with `k` or `M`.
    pub fn of_environment(place: &Path, default: u64) -> Self {
        if let Some(folder) = std::env::var_os("GLEANER_CORPUS") {
            let root = fs::canonicalize(folder).expect("GLEANER_CORPUS is a folder");
            let name = root.file_name().unwrap_or_default().to_string_lossy();
            return Self {
                name: name.into_owned(),
                root,
            };
        }
        let articles = std::env::var("GLEANER_DOCS").map_or(default, |docs| {
            number(&docs).expect("GLEANER_DOCS is a number of articles")
        });
        Self {
            root: made_corpus(place, articles).expect("made articles"),
            name: format!("made-{articles}"),
        }
    }

    /// Number and bytes of its files.
    pub fn size(&self) -> (u64, u64) {
        files(&self.root).fold((0, 0), |(count, bytes), file| {
            let metadata = fs::metadata(file).expect("a file");
            (count + 1, bytes + metadata.len())
        })
    }
}

/// Copies the articles of a folder with their times; returns every hundredth of the copies, which may be changed.
pub fn copy(from: &Path, to: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = files(from).collect();
    all.sort_unstable();
    let mut changed = Vec::new();
    for (i, file) in all.iter().enumerate() {
        let copy = to.join(file.strip_prefix(from).expect("a file of the folder"));
        fs::create_dir_all(copy.parent().expect("a folder")).expect("a folder");
        fs::copy(file, &copy).expect("copied");
        let modified = fs::metadata(file).and_then(|metadata| metadata.modified());
        let copied = File::options().append(true).open(&copy);
        let kept = copied.and_then(|copied| copied.set_modified(modified?));
        kept.expect("the time of modification kept");
        if i % 100 == 0 {
            changed.push(copy);
        }
    }
    changed
}

fn number(text: &str) -> Option<u64> {
    let (digits, unit) = match text.as_bytes().last()? {
        b'k' => (&text[..text.len() - 1], 1_000),
        b'M' => (&text[..text.len() - 1], 1_000_000),
        _ => (text, 1),
    };
    Some(digits.parse::<u64>().ok()? * unit)
}

/// Statistics of articles: what makes a search fast or slow. A word is a run of letters and digits of
/// ASCII in the body.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    per_article: Vec<(&'static str, Vec<f64>)>,
    /// Articles read, words in them and different words, each time the articles have trebled.
    growth: Vec<[usize; 3]>,
    /// Occurrences and articles of each word.
    words: HashMap<String, (usize, usize)>,
    running: usize,
}

/// What is counted of each article.
const COUNTS: [&str; 8] = [
    "bytes",
    "words",
    "different words",
    "bytes of front matter",
    "keys of front matter",
    "headings",
    "links",
    "blocks of code",
];

impl Profile {
    /// Reads all articles of a folder.
    pub fn of(root: &Path) -> Self {
        let mut profile = Self {
            per_article: COUNTS.map(|name| (name, Vec::new())).to_vec(),
            ..Self::default()
        };
        let mut all: Vec<PathBuf> = files(root).collect();
        // In no order, so that the growth of the vocabulary is not that of one folder.
        all.sort_unstable_by_key(|path| {
            gleaner_store::content_hash(path.as_os_str().as_encoded_bytes())
        });
        let mut next = 100;
        for (read, file) in all.iter().enumerate() {
            let bytes = fs::read(file).expect("a file that can be read");
            profile.add(&String::from_utf8_lossy(&bytes));
            if read + 1 == next || read + 1 == all.len() {
                let different = profile.words.len();
                profile.growth.push([read + 1, profile.running, different]);
                next *= 3;
            }
        }
        profile
    }

    fn add(&mut self, text: &str) {
        let article = split(text);
        let mut own: BTreeMap<String, usize> = BTreeMap::new();
        let mut running = 0;
        let words = article.body.split(|c: char| !c.is_ascii_alphanumeric());
        for word in words.filter(|word| !word.is_empty()) {
            *own.entry(word.to_ascii_lowercase()).or_default() += 1;
            running += 1;
        }
        self.running += running;
        let fences = lines(article.body, |line| line.starts_with("```"));
        let counts = [
            text.len(),
            running,
            own.len(),
            article.front_matter.len(),
            lines(article.front_matter, is_key),
            lines(article.body, |line| line.starts_with('#')),
            article.body.matches("](").count(),
            fences / 2,
        ];
        for ((_, values), count) in self.per_article.iter_mut().zip(counts) {
            values.push(count as f64);
        }
        for (word, times) in own {
            let seen = self.words.entry(word).or_default();
            seen.0 += times;
            seen.1 += 1;
        }
    }

    /// Rows of a table: what, and its figure.
    pub fn rows(&self) -> Vec<(String, String)> {
        let mut rows = Vec::new();
        for (name, values) in &self.per_article {
            let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
            let [p10, p50, p90, p99] = [10, 50, 90, 99].map(|p| percentile(values, p));
            let figures = format!("{mean:.1}: {p10} / {p50} / {p90} / {p99}");
            rows.push((format!("{name}, mean: p10 / p50 / p90 / p99"), figures));
        }
        for [articles, running, different] in &self.growth {
            let what = format!("words, different words in {articles} articles");
            rows.push((what, format!("{running}, {different}")));
        }
        let articles = self.per_article[0].1.len() as f64;
        let mut found: Vec<(usize, usize)> = self.words.values().copied().collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        for rank in [1, 10, 100, 1_000, 10_000, 100_000] {
            if let Some((times, within)) = found.get(rank - 1) {
                let share = *times as f64 / self.running as f64;
                let within = 100.0 * *within as f64 / articles;
                let what = format!("word of rank {rank}: share of text, of articles");
                rows.push((what, format!("{share:.1e}, {within:.2} %")));
            }
        }
        let shares = [0.5, 0.1, 0.01].map(|share| {
            let frequent = found.iter().filter(|(_, n)| *n as f64 > share * articles);
            frequent.count().to_string()
        });
        let what = "words in over 50 % / 10 % / 1 % of articles".to_owned();
        rows.push((what, shares.join(" / ")));
        let once = found.iter().filter(|(_, within)| *within == 1).count();
        let once = 100.0 * once as f64 / found.len().max(1) as f64;
        rows.push(("words of one article".to_owned(), format!("{once:.0} %")));
        rows
    }
}

fn lines(text: &str, is: impl Fn(&str) -> bool) -> usize {
    text.lines().filter(|line| is(line)).count()
}

fn is_key(line: &str) -> bool {
    !line.starts_with([' ', '\t', '-', '#']) && line.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_units() {
        assert_eq!(number("50k"), Some(50_000));
        assert_eq!(number("1M"), Some(1_000_000));
        assert_eq!(number("12"), Some(12));
        assert_eq!(number("many"), None);
    }
}
