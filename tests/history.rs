//! Whatever happened to a folder and its index, the index equals one made anew of the same articles.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use gleaner::{Cancel, Error, Facet, IngestOptions, Language, MemoryIndex, Query, Searcher, Sort};
use proptest::prelude::*;

use crate::support::{Folder, hold_for};

/// One thing that happens to the folder, or to a run of indexing. Numbers choose files and contents.
#[derive(Debug, Clone)]
enum Event {
    /// A file gets this content, whether or not it was there.
    Write(usize, Content),
    /// A file goes to another place, over whatever is there.
    Rename(usize, usize),
    Delete(usize),
    /// The index is brought up to date.
    Index,
    /// The same, but the run is stopped after N files.
    Stop(u64),
    /// The same, while a file cannot be read.
    Unreadable(usize),
    /// The index is made anew in this language.
    Rebuild(Language),
}

#[derive(Debug, Clone)]
struct Content {
    title: u8,
    /// The value of the key `size`: of a type of its own each.
    value: u8,
    /// Which of some keys the file has.
    keys: u8,
    body: u8,
}

impl Content {
    fn text(&self) -> String {
        let mut text = format!("---\ntitle: {}\n", TITLES[usize::from(self.title)]);
        if let Some(value) = VALUES.get(usize::from(self.value)) {
            let _ = writeln!(text, "size: {value}");
        }
        for (bit, key) in KEYS.iter().enumerate() {
            if self.keys >> bit & 1 == 1 {
                let _ = writeln!(text, "{key}: {}", WORDS[bit]);
            }
        }
        let _ = writeln!(text, "---\n\n{}", body(self.body));
        text
    }
}

const TITLES: [&str; 4] = ["Ferries", "The clock tower", "Ferry to the island", "12"];
const VALUES: [&str; 8] = [
    "7",
    "12",
    "2.5",
    "large",
    "true",
    "2023-01-24",
    "[3, small]",
    "9007199254740993",
];
const KEYS: [&str; 4] = ["series", "tag", "date", "draft"];
const WORDS: [&str; 4] = ["island", "[harbour, island]", "2022-05-07", "true"];

/// Bodies of some thirty words, of which numbers side by side have nearly the same.
fn body(number: u8) -> String {
    let words = [
        "ferry", "ferries", "island", "clock", "tower", "harbour", "running", "the", "of", "JUNG_E",
    ];
    let word = |i: usize| words[(i * i + usize::from(number / 2) * (1 + i % 4)) % words.len()];
    let mut text: Vec<&str> = (0..40).map(word).collect();
    if number % 2 == 1 {
        text[3] = "odd";
    }
    text.join(" ")
}

const PLACES: [&str; 6] = [
    "a.md",
    "b.md",
    "c.txt",
    "sub/d.md",
    "sub/e.md",
    "sub/deep/f.md",
];

/// Articles that are always there. With them, a deleted article is a small part of its segment, so that it stays there
/// as deleted.
const STEADY: usize = 40;

fn write_steady(folder: &Folder) {
    for number in 0..STEADY {
        let text =
            format!("---\ntitle: Steady {number}\n---\n\nquiet{number} calm{number} still\n");
        folder.write(&format!("steady/{number:02}.md"), &text);
    }
}

const QUERIES: [&str; 18] = [
    "ferry",
    "ferry island -clock",
    "\"clock tower\"",
    "ferri* harbor~",
    "series:island",
    "seri:island",
    "tag:harbour",
    "topics:island",
    "size:7",
    "size:>3",
    "size:large",
    "size:9007199254740993",
    "has:draft missing:series",
    "draft:true ferry",
    "date:2022",
    "title:ferry",
    "path:sub/**",
    "jung_e the of",
];

fn any_content() -> impl Strategy<Value = Content> {
    (0..4_u8, 0..10_u8, 0..16_u8, 0..12_u8).prop_map(|(title, value, keys, body)| Content {
        title,
        value,
        keys,
        body,
    })
}

fn any_event() -> impl Strategy<Value = Event> {
    let place = || 0..PLACES.len();
    let language = prop_oneof![Just(Language::English), Just(Language::German)];
    prop_oneof![
        6 => (place(), any_content()).prop_map(|(place, content)| Event::Write(place, content)),
        2 => (place(), place()).prop_map(|(from, to)| Event::Rename(from, to)),
        3 => place().prop_map(Event::Delete),
        5 => Just(Event::Index),
        1 => (0..4_u64).prop_map(Event::Stop),
        1 => place().prop_map(Event::Unreadable),
        1 => language.prop_map(Event::Rebuild),
    ]
}

/// All that can be seen of an index.
fn seen(searcher: &Searcher) -> String {
    let mut seen = String::new();
    for text in QUERIES {
        let query = Query::new(text)
            .limit(50)
            .facet(Facet::key("size"))
            .facet(Facet::key("tag"));
        let page = searcher.search(&query).expect("a page");
        let _ = writeln!(
            seen,
            "{text}: {} {:?} {:?}",
            page.total, page.notes, page.facets
        );
        for hit in &page.hits {
            let (path, score) = (&hit.path, hit.score.to_bits());
            let _ = writeln!(seen, "  {path} {score:x} {:?}", hit.metadata);
            let copies: Vec<_> = hit
                .copies
                .iter()
                .map(|copy| copy.path.to_string())
                .collect();
            let _ = writeln!(seen, "  {} {copies:?}", hit.snippet.mark("[", "]"));
        }
        for sort in ["size", "-date", "title"] {
            let page = searcher.search_paths(&query.clone().sort(Sort::read(sort)));
            let paths = page.expect("a page").paths;
            let paths: Vec<_> = paths.iter().map(|(path, _)| path.to_string()).collect();
            let _ = writeln!(seen, "  {paths:?}");
        }
    }
    let _ = writeln!(seen, "{:?}", searcher.fields().expect("fields"));
    let _ = writeln!(seen, "{:?}", searcher.complete("f", 9).expect("words"));
    let paths = searcher.paths().expect("paths").into_iter();
    for path in paths.filter(|path| !path.to_string().starts_with("steady/")) {
        let page = searcher.similar(&path, 5).expect("a page");
        let hits: Vec<_> = page.hits.iter().map(|hit| hit.path.to_string()).collect();
        let copies: Vec<_> = page
            .copies
            .iter()
            .map(|copy| copy.path.to_string())
            .collect();
        let _ = writeln!(seen, "{path}: {hits:?} {copies:?}");
    }
    seen
}

/// What an index made anew of these articles shows.
fn anew(articles: &BTreeMap<usize, String>, language: Language) -> String {
    let folder = Folder::new(&[]);
    write_steady(&folder);
    for (place, text) in articles {
        folder.write(PLACES[*place], text);
    }
    let mut options = IngestOptions::default();
    options.language = Some(language);
    let made: Result<(MemoryIndex, _), _> = gleaner::ingest_in_memory(folder.articles(), &options);
    seen(&Searcher::of(&made.expect("an index").0).expect("a searcher"))
}

/// A folder with its index, and what each of them should hold.
struct Model {
    folder: Folder,
    on_disk: BTreeMap<usize, String>,
    indexed: BTreeMap<usize, String>,
    language: Language,
    is_indexed: bool,
}

impl Model {
    fn options(&self) -> IngestOptions {
        let mut options = IngestOptions::default();
        options.allow_empty = true;
        options.files.follow_links = true;
        options.language = self.is_indexed.then_some(self.language);
        options
    }

    fn happen(&mut self, event: Event) {
        let file = |place: usize| self.folder.articles().join(PLACES[place]);
        match event {
            Event::Write(place, content) => {
                let text = content.text();
                self.folder.write(PLACES[place], &text);
                self.on_disk.insert(place, text);
            }
            Event::Rename(from, to) => {
                if from != to
                    && let Some(text) = self.on_disk.remove(&from)
                {
                    fs::create_dir_all(file(to).parent().expect("a folder")).expect("a folder");
                    fs::rename(file(from), file(to)).expect("renamed");
                    self.on_disk.insert(to, text);
                }
            }
            Event::Delete(place) => {
                if self.on_disk.remove(&place).is_some() {
                    fs::remove_file(file(place)).expect("removed");
                }
            }
            Event::Index => self.index(&self.options(), self.on_disk.clone()),
            Event::Stop(after) => self.stop(after),
            Event::Unreadable(place) => self.unreadable(place),
            Event::Rebuild(language) => {
                let mut options = self.options();
                options.rebuild = true;
                options.language = Some(language);
                self.language = language;
                self.index(&options, self.on_disk.clone());
            }
        }
    }

    fn index(&mut self, options: &IngestOptions, expected: BTreeMap<usize, String>) {
        self.folder.ingest_with(options);
        self.indexed = expected;
        self.is_indexed = true;
    }

    fn stop(&mut self, after: u64) {
        let mut options = self.options();
        options.cancel = Cancel::default();
        let cancel = options.cancel.clone();
        let (articles, index) = (self.folder.articles(), self.folder.index());
        let stopped = gleaner::ingest_with_progress(articles, index, &options, &|progress| {
            if progress.done > after {
                cancel.cancel();
            }
        });
        match stopped {
            Err(Error::Cancelled { .. }) => {}
            done => {
                done.expect("indexed");
                assert!(
                    !options.cancel.is_cancelled(),
                    "a stopped run made a commit"
                );
                self.indexed = self.on_disk.clone();
                self.is_indexed = true;
            }
        }
    }

    /// A file that is there and cannot be read, for one run: this one fails with EIO for everybody, also for root.
    fn unreadable(&mut self, place: usize) {
        let file = self.folder.articles().join(PLACES[place]);
        if !cfg!(target_os = "linux") || !self.on_disk.contains_key(&place) {
            return;
        }
        let away = file.with_extension("away");
        fs::rename(&file, &away).expect("renamed");
        #[cfg(unix)]
        std::os::unix::fs::symlink("/proc/self/mem", &file).expect("a link");
        let mut expected = self.on_disk.clone();
        expected.remove(&place);
        expected.extend(self.indexed.get(&place).map(|text| (place, text.clone())));
        self.index(&self.options(), expected);
        fs::remove_file(&file).expect("removed");
        fs::rename(&away, &file).expect("renamed");
    }

    fn check(&self) -> Result<(), TestCaseError> {
        if self.is_indexed {
            let searcher = Searcher::open(self.folder.index()).expect("an index");
            prop_assert_eq!(seen(&searcher), anew(&self.indexed, self.language));
        }
        Ok(())
    }
}

#[test]
fn history_never_shows() {
    let cases = std::env::var("GLEANER_HISTORIES").ok();
    let cases = cases.and_then(|cases| cases.parse().ok()).unwrap_or(24);
    let first = proptest::collection::vec(any_content(), 0..=PLACES.len());
    let histories = (first, proptest::collection::vec(any_event(), 4..24));
    hold_for(cases, &histories, |(first, events)| {
        let mut model = Model {
            folder: Folder::new(&[]),
            on_disk: BTreeMap::new(),
            indexed: BTreeMap::new(),
            language: Language::English,
            is_indexed: false,
        };
        write_steady(&model.folder);
        let run = (!first.is_empty()).then_some(Event::Index);
        let first = (0..)
            .zip(first)
            .map(|(at, content)| Event::Write(at, content));
        for event in first.chain(run).chain(events) {
            model.happen(event);
        }
        model.check()?;
        model.happen(Event::Index);
        model.check()
    });
}
