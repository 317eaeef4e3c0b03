//! Bare tantivy, the way its own documentation shows it: walk, read, take the title from a line of the
//! front matter, hand over title and body. No YAML, no Markdown.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use tantivy::schema::{
    BytesOptions, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{Index, IndexWriter, TantivyDocument, Term};

use super::en_stem::{EN_STEM, en_stem};
use super::engine::{Engine, Fields};
use super::{below, files, split};

/// Threads and bytes of memory it indexes with.
pub(super) const WRITER: (usize, usize) = (2, 200_000_000);
/// File of an index that says which files it knows, with size and modification time.
const STAMPS: &str = "stamps.tsv";

/// How the text of an article is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Title and body are fields of their own, both stored.
    Apart,
    /// One field has both; it is stored, and so is the title.
    Combined,
}

impl Layout {
    fn schema(self) -> Schema {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(EN_STEM)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let text = TextOptions::default()
            .set_indexing_options(indexing)
            .set_stored();
        schema.add_bytes_field("path", BytesOptions::default().set_indexed().set_fast());
        schema.add_text_field("kind", STRING);
        match self {
            Self::Apart => {
                schema.add_text_field("title", text.clone());
                schema.add_text_field("text", text);
            }
            Self::Combined => {
                schema.add_text_field("title", STORED);
                schema.add_text_field("text", text);
            }
        }
        schema.build()
    }
}

struct Writing<'a> {
    writer: IndexWriter,
    articles: &'a Path,
    layout: Layout,
    path: Field,
    kind: Field,
    title: Field,
    text: Field,
}

impl<'a> Writing<'a> {
    fn new(index: &Index, articles: &'a Path, layout: Layout) -> Self {
        index.tokenizers().register(EN_STEM, en_stem());
        let (threads, budget) = WRITER;
        let writer = index.writer_with_num_threads(threads, budget);
        let field = |name| index.schema().get_field(name).expect("a field");
        Self {
            writer: writer.expect("a writer"),
            articles,
            layout,
            path: field("path"),
            kind: field("kind"),
            title: field("title"),
            text: field("text"),
        }
    }

    fn add(&self, file: &Path) {
        let bytes = fs::read(file).expect("a file that can be read");
        let text = String::from_utf8_lossy(&bytes);
        let article = split(&text);
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let title = article.title.unwrap_or(&name);
        let mut document = TantivyDocument::new();
        document.add_bytes(self.path, &below(file, self.articles));
        if let Some(kind) = article.kind {
            document.add_text(self.kind, kind);
        }
        document.add_text(self.title, title);
        match self.layout {
            Layout::Apart => document.add_text(self.text, article.body),
            Layout::Combined => document.add_text(self.text, format!("{title}\n{}", article.body)),
        }
        self.writer.add_document(document).expect("added");
    }

    fn remove(&self, path: &[u8]) {
        self.writer
            .delete_term(Term::from_field_bytes(self.path, path));
    }

    fn finish(mut self) {
        self.writer.commit().expect("a commit");
        self.writer.wait_merging_threads().expect("merged");
    }
}

/// Indexes a folder anew.
pub(super) fn index(articles: &Path, folder: &Path, layout: Layout) -> u64 {
    fs::create_dir_all(folder).expect("a folder");
    let index = Index::create_in_dir(folder, layout.schema()).expect("an index");
    let writing = Writing::new(&index, articles, layout);
    let (mut stamps, mut count) = (Vec::new(), 0);
    for file in files(articles) {
        writing.add(&file);
        stamps.push((below(&file, articles), stamp(&file)));
        count += 1;
    }
    writing.finish();
    write_stamps(folder, &stamps);
    count
}

/// Brings an index up to date: files whose size and time are the same are passed over.
pub(super) fn update(articles: &Path, folder: &Path, layout: Layout) -> u64 {
    let known = fs::read_to_string(folder.join(STAMPS)).expect("the stamps");
    let stamped = |line: &'_ str| -> (Vec<u8>, String) {
        let (path, stamp) = line.split_once('\t').expect("a path and a stamp");
        (path.as_bytes().to_vec(), stamp.to_owned())
    };
    let mut known: HashMap<Vec<u8>, String> = known.lines().map(stamped).collect();
    let (mut stamps, mut changed) = (Vec::new(), Vec::new());
    for file in files(articles) {
        let (path, stamp) = (below(&file, articles), stamp(&file));
        if known.remove(&path).as_ref() != Some(&stamp) {
            changed.push(file);
        }
        stamps.push((path, stamp));
    }
    if changed.is_empty() && known.is_empty() {
        return 0;
    }
    let index = Index::open_in_dir(folder).expect("an index");
    let writing = Writing::new(&index, articles, layout);
    let mut gone: Vec<&Vec<u8>> = known.keys().collect();
    gone.sort_unstable();
    for path in gone {
        writing.remove(path);
    }
    for file in &changed {
        writing.remove(&below(file, articles));
        writing.add(file);
    }
    writing.finish();
    write_stamps(folder, &stamps);
    changed.len() as u64
}

/// Opens an index for searching.
pub(super) fn open(folder: &Path, layout: Layout) -> Engine {
    let fields = |index: &Index| {
        let field = |name| index.schema().get_field(name).expect("a field");
        let words = match layout {
            Layout::Apart => vec![field("title"), field("text")],
            Layout::Combined => vec![field("text")],
        };
        Fields {
            patterns: words.clone(),
            words,
            kind: field("kind"),
            stored: Some((field("title"), field("text"))),
        }
    };
    let analyzer = en_stem();
    let stem = move |word: &str| {
        let mut stem = word.to_owned();
        let mut analyzer = analyzer.clone();
        analyzer
            .token_stream(word)
            .process(&mut |token| stem.clone_from(&token.text));
        stem
    };
    Engine::open(folder, Some((EN_STEM, en_stem())), fields, Box::new(stem))
}

/// Size and modification time of a file, as one word.
fn stamp(file: &Path) -> String {
    let metadata = fs::metadata(file).expect("a file");
    let modified = metadata.modified().expect("a time of modification");
    let since = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}.{}", metadata.len(), since.as_nanos())
}

fn write_stamps(folder: &Path, stamps: &[(Vec<u8>, String)]) {
    let mut lines = String::new();
    for (path, stamp) in stamps {
        let _ = writeln!(lines, "{}\t{stamp}", String::from_utf8_lossy(path));
    }
    fs::write(folder.join(STAMPS), lines).expect("written");
}
