//! An index folder of which one file is damaged.

use std::cell::LazyCell;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use gleaner::{Error, IngestOptions, Query, Searcher};

/// Articles of the index: so few that all its files are compared with their checksums when it is opened.
const ARTICLES: usize = 40;
/// Words of an article.
const WORDS: usize = 200;
/// Different words.
const VOCABULARY: u64 = 1_000;
/// What is searched for in each damaged index.
const QUERY: &str = "w17 w170 \"w1 w2\" kind:even w39*";

thread_local! {
    static WHOLE: LazyCell<Index> = LazyCell::new(Index::new);
}

/// An index folder with one damaged file: opened, searched, compared with its checksums.
///
/// The first byte says which file, the second what happens to it, the next three where, and the others are bytes
/// that are written there.
///
/// # Panics
/// If something does not hold.
pub fn index_folder(data: &[u8]) {
    let Some((&[file, kind, a, b, c], bytes)) = data.split_first_chunk() else {
        return;
    };
    let place = u32::from_le_bytes([a, b, c, 0]) as usize;
    WHOLE.with(|index| {
        let (path, whole) = &index.files[usize::from(file) % index.files.len()];
        match damaged(whole, kind, place, bytes) {
            Some(damaged) => fs::write(path, damaged).expect("a file"),
            None => fs::remove_file(path).expect("a file"),
        }
        let found = found(&index.folder, kind);
        fs::write(path, whole).expect("a file");
        if let Some(found) = found {
            assert_eq!(found, index.found, "another answer, and nothing is told");
        }
    });
}

/// What becomes of a file; `None` if it goes.
fn damaged(whole: &[u8], kind: u8, place: usize, bytes: &[u8]) -> Option<Vec<u8>> {
    let place = place % (whole.len() + 1);
    let mut damaged = whole.to_vec();
    match kind % 8 {
        0 => damaged = bytes.to_vec(),
        1 => damaged.truncate(place),
        2 => damaged.extend_from_slice(bytes),
        3 => return None,
        4 => {
            let end = whole.len().min(place + 16 * bytes.len().max(1));
            damaged[place..end].fill(0);
        }
        5 => {
            damaged.splice(place..place, bytes.iter().copied());
        }
        _ => {
            let there = damaged[place..].iter_mut();
            there.zip(bytes).for_each(|(there, byte)| *there = *byte);
        }
    }
    Some(damaged)
}

/// An index that is whole.
struct Index {
    folder: PathBuf,
    files: Vec<(PathBuf, Vec<u8>)>,
    found: String,
    /// Removed with it.
    _place: tempfile::TempDir,
}

impl Index {
    fn new() -> Self {
        let place = tempfile::tempdir().expect("a temporary folder");
        let (articles, folder) = (place.path().join("articles"), place.path().join("index"));
        fs::create_dir(&articles).expect("a folder");
        let mut random = 1;
        for number in 0..ARTICLES {
            fs::write(
                articles.join(format!("{number}.md")),
                text(number, &mut random),
            )
            .expect("a file");
        }
        gleaner::ingest(&articles, &folder, &IngestOptions::default()).expect("an index");
        let entries = fs::read_dir(&folder).expect("a folder");
        let mut files: Vec<PathBuf> = entries
            .map(|entry| entry.expect("an entry").path())
            .collect();
        // Segments have other names each time, and files of one kind are made in the order of their names.
        files.sort_by_key(|file| {
            (
                file.extension().map(std::ffi::OsStr::to_os_string),
                file.clone(),
            )
        });
        let read = |file: PathBuf| (file.clone(), fs::read(file).expect("a file"));
        let files = files.into_iter().map(read).collect();
        let found = found(&folder, 0).expect("it can be searched");
        Self {
            folder,
            files,
            found,
            _place: place,
        }
    }
}

/// An article of words that are the same each time.
fn text(number: usize, random: &mut u64) -> String {
    let kind = if number.is_multiple_of(2) {
        "even"
    } else {
        "odd"
    };
    let mut text = format!("---\ntitle: Number {number}\nkind: {kind}\nquality: {number}\n---\n");
    for word in 0..WORDS {
        *random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        // Of two numbers the smaller: some words are frequent.
        let number = ((*random >> 33) % VOCABULARY).min((*random >> 43) % VOCABULARY);
        let end = if word % 50 == 49 { ".\n\n" } else { " " };
        let _ = write!(text, "w{number}{end}");
    }
    text
}

/// What a search finds in an index; `None` where damage is told instead.
fn found(folder: &Path, kind: u8) -> Option<String> {
    let searcher = match Searcher::open(folder) {
        Ok(searcher) => searcher,
        Err(error) => {
            is_damage(&error);
            return None;
        }
    };
    searcher.verify().iter().for_each(is_damage);
    if kind >= 128 {
        other_readers(&searcher);
    }
    let page = searcher.search(&Query::new(QUERY).explain(true));
    let page = page.expect("all was compared when it was opened");
    Some(format!("{} {:?}", page.total, page.hits))
}

/// Reads what a search does not read.
fn other_readers(searcher: &Searcher) {
    let errors = [
        searcher.fields().err(),
        searcher.complete("w1", 10).err(),
        searcher.paths().err(),
        searcher.article(&"7.md".into()).err(),
        searcher.similar(&"7.md".into(), 3).err(),
    ];
    errors.iter().flatten().for_each(is_damage);
}

/// What damage leads to is never told as a defect of the library.
fn is_damage(error: &Error) {
    assert!(!matches!(error, Error::Defect { .. }), "{error}");
}
