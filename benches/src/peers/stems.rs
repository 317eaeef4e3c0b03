//! Bare tantivy with the very words that Gleaner indexes.
//!
//! Gleaner reads and analyses the articles, and tantivy is handed the tokens with their positions. So
//! the two have to find the same number of articles for words and phrases, and what is compared is
//! searching alone. This is not a program anybody would write, so how long it takes to index says
//! nothing.

use std::fs;
use std::path::Path;
use std::sync::Mutex;

use gleaner::ArticlePath;
use gleaner_store::{Analyzer, Language, POSITION_GAP};
use tantivy::schema::{
    BytesOptions, Field, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Index, IndexWriter, TantivyDocument};

use super::bare::WRITER;
use super::engine::{Engine, Fields};
use super::{FILTER_KEYS, below, files};

/// Indexes a folder anew.
pub(super) fn index(articles: &Path, folder: &Path) -> u64 {
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("whitespace")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = TextOptions::default().set_indexing_options(indexing);
    let fields = [
        schema.add_text_field("stems", text.clone()),
        schema.add_text_field("forms", text),
    ];
    let kind = schema.add_text_field("kind", STRING);
    let path = schema.add_bytes_field("path", BytesOptions::default().set_fast());
    fs::create_dir_all(folder).expect("a folder");
    let index = Index::create_in_dir(folder, schema.build()).expect("an index");
    let (threads, budget) = WRITER;
    let writer = index.writer_with_num_threads(threads, budget);
    let mut writer: IndexWriter = writer.expect("a writer");
    let mut analyzer = Analyzer::new(Language::English);
    let mut count = 0;
    for file in files(articles) {
        let bytes = fs::read(&file).expect("a file that can be read");
        let name = below(&file, articles);
        let (article, _) = gleaner::read_article(&ArticlePath::from_bytes(name.clone()), &bytes);
        let Some(article) = article else {
            continue;
        };
        let mut document = TantivyDocument::new();
        document.add_bytes(path, &name);
        for word in kinds(&article, &mut analyzer) {
            document.add_text(kind, word);
        }
        for (field, tokens) in fields.into_iter().zip(tokens(&article, &mut analyzer)) {
            add(&mut document, field, tokens);
        }
        writer.add_document(document).expect("added");
        count += 1;
    }
    writer.commit().expect("a commit");
    writer.wait_merging_threads().expect("merged");
    count
}

/// The words of the values of the key that is filtered by.
fn kinds(article: &gleaner::Article, analyzer: &mut Analyzer) -> Vec<String> {
    let mut words = Vec::new();
    let key = FILTER_KEYS
        .into_iter()
        .find(|key| article.metadata.iter().any(|(name, _)| name == key));
    for (_, value) in article
        .metadata
        .iter()
        .filter(|(name, _)| Some(&**name) == key)
    {
        analyzer.each_token(&value.to_string(), |token| {
            words.push(token.exact.to_owned());
        });
    }
    words
}

/// The stems of an article, and its words as they stand.
fn tokens(article: &gleaner::Article, analyzer: &mut Analyzer) -> [Vec<Token>; 2] {
    let (mut stems, mut forms) = (Vec::new(), Vec::new());
    let mut start = 0;
    for text in article.texts() {
        let positions = analyzer.each_token(text, |token| {
            let make = |text: &str| Token {
                offset_from: token.start,
                offset_to: token.end,
                position: (start + token.position) as usize,
                text: text.to_owned(),
                position_length: 1,
            };
            stems.push(make(token.stem));
            if token.kind.is_new() {
                forms.push(make(token.exact));
            }
        });
        start += positions + POSITION_GAP;
    }
    [stems, forms]
}

fn add(document: &mut TantivyDocument, field: Field, tokens: Vec<Token>) {
    let text = String::new();
    document.add_pre_tokenized_text(field, PreTokenizedString { text, tokens });
}

/// Opens an index for searching.
pub(super) fn open(folder: &Path) -> Engine {
    let fields = |index: &Index| {
        let field = |name| index.schema().get_field(name).expect("a field");
        Fields {
            words: vec![field("stems")],
            patterns: vec![field("forms")],
            kind: field("kind"),
            stored: None,
        }
    };
    let analyzer = Mutex::new(Analyzer::new(Language::English));
    let stem = move |word: &str| {
        let mut analyzer = analyzer.lock().expect("an analyzer");
        analyzer.stem(word).to_owned()
    };
    Engine::open(folder, None, fields, Box::new(stem))
}
