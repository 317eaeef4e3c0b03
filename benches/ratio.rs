//! How much longer a search takes than bare tantivy takes for the same words.
//!
//! Bare tantivy is given the same words, stemmed alike, in one field, and asked for the paths of its
//! best ten documents by BM25 over that field alone. Gleaner is asked for the same, with all its
//! evidence and the exact number of hits. Both are asked every query in turn in one process,
//! and the least time of several is taken of each, so that the ratio says the same on a busy machine.
//!
//! `GLEANER_CORPUS=folder cargo bench --bench ratio` takes a folder of articles instead of a made
//! one. Every query is checked to find something, so that nothing is timed that does nothing.

#![allow(
    clippy::print_stdout,
    reason = "what it measures is for people to read"
)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gleaner::{ArticlePath, IngestOptions, Query, Searcher};
use gleaner_store::{Analyzer, Language};
use tantivy::collector::TopDocs;
use tantivy::columnar::BytesColumn;
use tantivy::query::{
    BooleanQuery, FuzzyTermQuery, PhrasePrefixQuery, PhraseQuery, Query as Bare, TermQuery,
};
use tantivy::schema::{
    BytesOptions, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{DocAddress, Index, IndexWriter, SegmentReader, Term, doc};

mod made;

use made::{Numbers, made_corpus};

/// Runs of each query, of which the fastest counts.
const RUNS: usize = 15;

/// An article as its stems, and as the words of its running text.
struct Words {
    path: ArticlePath,
    stems: Vec<String>,
    running: Vec<String>,
}

fn main() {
    let (_keep, articles) = if let Some(folder) = std::env::var_os("GLEANER_CORPUS") {
        (None, PathBuf::from(folder))
    } else {
        let (dir, path) = made_corpus(5_000);
        (Some(dir), path)
    };
    let place = tempfile::tempdir().expect("a temporary folder");
    let index = place.path().join("index");
    let report = gleaner::ingest(&articles, &index, &IngestOptions::default()).expect("indexed");
    println!("{} articles of {}", report.articles, articles.display());
    let searcher = Searcher::open(&index).expect("an index");
    let words = read(&articles, &index);
    let bare = BareIndex::new(place.path(), &words);
    let classes = classes(&words);
    println!(
        "{:<10} {:>7} {:>10} {:>10} {:>7} {:>10} {:>10} {:>7}",
        "class", "queries", "bare p50", "ours p50", "ratio", "bare sum", "ours sum", "ratio"
    );
    for (name, queries) in classes {
        compare(name, &queries, &searcher, &bare);
    }
}

/// The words of all articles of the index.
fn read(articles: &Path, index: &Path) -> Vec<Words> {
    let searcher = Searcher::open(index).expect("an index");
    let all = Query::new("-zzzzzzzz").limit(usize::MAX);
    let page = searcher.search_paths(&all).expect("a page");
    let mut analyzer = Analyzer::new(Language::English);
    let read = |(path, _): &(ArticlePath, f64)| {
        let bytes = fs::read(articles.join(&*path.to_str_lossy())).ok()?;
        let article = gleaner::read_article(path, &bytes).0?;
        let mut words = Words {
            path: path.clone(),
            stems: Vec::new(),
            running: Vec::new(),
        };
        for text in article.texts() {
            analyzer.each_token(text, |token| words.stems.push(token.stem.to_owned()));
            let plain = |word: &&str| {
                word.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            };
            let running = text
                .split_whitespace()
                .map(|w| if plain(&w) { w } else { "" });
            words.running.extend(running.map(str::to_owned));
        }
        Some(words)
    };
    page.paths.iter().filter_map(read).collect()
}

/// Makes a query for bare tantivy, which is part of the time it takes.
type Maker = Box<dyn Fn(Field, &mut Analyzer) -> Box<dyn Bare>>;

/// A query in both forms.
struct Pair {
    ours: Query,
    bare: Maker,
}

/// Draws queries from the articles with a fixed seed.
fn classes(words: &[Words]) -> Vec<(&'static str, Vec<Pair>)> {
    let mut frequency: HashMap<&str, u32> = HashMap::new();
    for article in words {
        let mut seen: Vec<&str> = article.running.iter().map(String::as_str).collect();
        seen.sort_unstable();
        seen.dedup();
        for word in seen.into_iter().filter(|word| word.len() > 3) {
            *frequency.entry(word).or_default() += 1;
        }
    }
    let mut by_frequency: Vec<(&str, u32)> = frequency.into_iter().collect();
    by_frequency.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let mut numbers = Numbers(42);
    // Ranks are drawn evenly on a logarithmic scale: as many frequent words as rare ones.
    let mut word = || {
        let rank = numbers.rank(by_frequency.len() as u32) as usize - 1;
        by_frequency[rank].0.to_owned()
    };
    let terms = (0..100).map(|_| term(word())).collect();
    let mut place = Numbers(7);
    let mut pair = || two_words(words, &mut place);
    let both = (0..100).map(|_| all_or_any(pair(), true)).collect();
    let any = (0..100).map(|_| all_or_any(pair(), false)).collect();
    let prefixes = (0..25).map(|_| prefix(&word())).collect();
    let fuzzy = (0..25).map(|_| misspelt(&word())).collect();
    let feedback = (0..25).map(|_| {
        let mut pair = all_or_any(pair(), false);
        pair.ours = pair.ours.feedback(true);
        pair
    });
    let feedback = feedback.collect();
    let mut phrases = Vec::new();
    while phrases.len() < 50 {
        let article = &words[place.next() as usize % words.len()].running;
        let start = place.next() as usize % article.len().max(1);
        if let Some([left, right]) = article.get(start..start + 2)
            && !left.is_empty()
            && !right.is_empty()
        {
            phrases.push(phrase([left.clone(), right.clone()]));
        }
    }
    vec![
        ("term", terms),
        ("and", both),
        ("or", any),
        ("phrase", phrases),
        ("prefix", prefixes),
        ("fuzzy", fuzzy),
        ("feedback", feedback),
    ]
}

/// Two different words of one article, of more than three letters.
fn two_words(words: &[Words], place: &mut Numbers) -> [String; 2] {
    loop {
        let article = &words[place.next() as usize % words.len()].running;
        let mut word = || {
            article
                .get(place.next() as usize % article.len().max(1))
                .cloned()
        };
        if let (Some(left), Some(right)) = (word(), word())
            && left.len() > 3
            && right.len() > 3
            && left != right
        {
            return [left, right];
        }
    }
}

fn stem(analyzer: &mut Analyzer, word: &str) -> String {
    analyzer.stem(word).to_owned()
}

fn term_query(field: Field, stem: &str) -> Box<dyn Bare> {
    let term = Term::from_field_text(field, stem);
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

fn term(word: String) -> Pair {
    Pair {
        ours: Query::plain(&word),
        bare: Box::new(move |field, analyzer| term_query(field, &stem(analyzer, &word))),
    }
}

fn all_or_any([left, right]: [String; 2], all: bool) -> Pair {
    Pair {
        ours: Query::plain(format!("{left} {right}")).all(all),
        bare: Box::new(move |field, analyzer| {
            let query =
                |word: &str, analyzer: &mut Analyzer| term_query(field, &stem(analyzer, word));
            let queries = vec![query(&left, analyzer), query(&right, analyzer)];
            Box::new(if all {
                BooleanQuery::intersection(queries)
            } else {
                BooleanQuery::union(queries)
            })
        }),
    }
}

fn phrase(words: [String; 2]) -> Pair {
    Pair {
        ours: Query::new(format!("\"{} {}\"", words[0], words[1])),
        bare: Box::new(move |field, analyzer| {
            let terms = words
                .iter()
                .map(|word| Term::from_field_text(field, &stem(analyzer, word)));
            Box::new(PhraseQuery::new(terms.collect()))
        }),
    }
}

/// The first four letters. Bare tantivy takes the first 50 stems that begin so.
fn prefix(word: &str) -> Pair {
    let prefix = word[..4].to_owned();
    Pair {
        ours: Query::new(format!("{prefix}*")),
        bare: Box::new(move |field, _| {
            let term = Term::from_field_text(field, &prefix);
            Box::new(PhrasePrefixQuery::new(vec![term]))
        }),
    }
}

/// The word without its third letter, one letter off.
fn misspelt(word: &str) -> Pair {
    let typo = format!("{}{}", &word[..2], &word[3..]);
    Pair {
        ours: Query::new(format!("{typo}~1")),
        bare: Box::new(move |field, analyzer| {
            let term = Term::from_field_text(field, &stem(analyzer, &typo));
            Box::new(FuzzyTermQuery::new(term, 1, true))
        }),
    }
}

/// tantivy with one field of stems.
struct BareIndex {
    reader: tantivy::IndexReader,
    text: Field,
    /// The column of paths of each segment.
    paths: Vec<BytesColumn>,
}

impl BareIndex {
    fn new(place: &Path, words: &[Words]) -> Self {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let text = schema.add_text_field(
            "text",
            TextOptions::default().set_indexing_options(indexing),
        );
        let path = schema.add_bytes_field("path", BytesOptions::default().set_fast());
        let folder = place.join("bare");
        fs::create_dir(&folder).expect("a folder");
        let index = Index::create_in_dir(&folder, schema.build()).expect("an index");
        let mut writer: IndexWriter = index
            .writer_with_num_threads(2, 200_000_000)
            .expect("a writer");
        for article in words {
            let document = doc!(text => article.stems.join(" "), path => article.path.as_bytes());
            writer.add_document(document).expect("added");
        }
        writer.commit().expect("a commit");
        writer.wait_merging_threads().expect("merged");
        let reader = index.reader().expect("a reader");
        let segments = reader.searcher();
        let segments = segments.segment_readers().iter();
        let column = |segment: &SegmentReader| {
            let column = segment.fast_fields().bytes("path").expect("readable");
            column.expect("a column of paths")
        };
        let paths = segments.map(column).collect();
        Self {
            reader,
            text,
            paths,
        }
    }

    /// The paths and scores of the best ten.
    fn search(&self, query: &dyn Bare) -> Vec<(Vec<u8>, f32)> {
        let top = TopDocs::with_limit(10).order_by_score();
        let found = self.reader.searcher().search(query, &top).expect("found");
        let hit = |(score, address): (f32, DocAddress)| {
            let paths = &self.paths[address.segment_ord as usize];
            let mut path = Vec::new();
            let ord = paths.ords().first(address.doc_id).expect("a path");
            paths.ord_to_bytes(ord, &mut path).expect("readable");
            (path, score)
        };
        found.into_iter().map(hit).collect()
    }
}

fn compare(name: &str, queries: &[Pair], searcher: &Searcher, bare: &BareIndex) {
    let mut analyzer = Analyzer::new(Language::English);
    let mut times = Vec::new();
    for pair in queries {
        let ours = pair.ours.clone().limit(10);
        assert!(
            searcher.search_paths(&ours).expect("a page").total > 0,
            "{} finds nothing",
            ours.text()
        );
        let (mut least_bare, mut least_ours) = (Duration::MAX, Duration::MAX);
        for _ in 0..RUNS {
            let started = Instant::now();
            let query = (pair.bare)(bare.text, &mut analyzer);
            let found = bare.search(&*query);
            least_bare = least_bare.min(started.elapsed());
            std::hint::black_box(found);
            let started = Instant::now();
            let found = searcher.search_paths(&ours).expect("a page");
            least_ours = least_ours.min(started.elapsed());
            std::hint::black_box(found);
        }
        times.push((
            least_bare.as_secs_f64() * 1e6,
            least_ours.as_secs_f64() * 1e6,
        ));
        if std::env::var_os("GLEANER_EACH").is_some() {
            println!("  {:<30} {:?}", ours.text(), times.last());
        }
    }
    let median = |mut values: Vec<f64>| {
        values.sort_unstable_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let [bare_p50, ours_p50] = [
        median(times.iter().map(|t| t.0).collect()),
        median(times.iter().map(|t| t.1).collect()),
    ];
    let bare_sum: f64 = times.iter().map(|t| t.0).sum();
    let ours_sum: f64 = times.iter().map(|t| t.1).sum();
    println!(
        "{name:<10} {:>7} {bare_p50:>10.1} {ours_p50:>10.1} {:>7.2} {bare_sum:>10.0} {ours_sum:>10.0} {:>7.2}",
        queries.len(),
        ours_p50 / bare_p50,
        ours_sum / bare_sum,
    );
}
