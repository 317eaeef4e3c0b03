//! Searching with tantivy by hand.

use std::path::Path;

use tantivy::collector::{Count, TopDocs};
use tantivy::columnar::BytesColumn;
use tantivy::query::{
    BooleanQuery, ConstScoreQuery, FuzzyTermQuery, Occur, PhrasePrefixQuery, PhraseQuery, Query,
    TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::snippet::SnippetGenerator;
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{DocAddress, Index, IndexReader, Searcher, SegmentReader, TantivyDocument, Term};

use super::Peer;
use crate::ask::{Ask, Class, Found, Shown, Want};

/// Turns a word of a query into a term.
pub(super) type Stem = Box<dyn Fn(&str) -> String + Send + Sync>;

/// Which fields an index has.
pub(super) struct Fields {
    /// Where words and phrases are looked for.
    pub(super) words: Vec<Field>,
    /// Where patterns are looked for.
    pub(super) patterns: Vec<Field>,
    /// The value that is filtered by.
    pub(super) kind: Field,
    /// The stored title, and the stored text that snippets are made of.
    pub(super) stored: Option<(Field, Field)>,
}

/// An index of tantivy with columns of paths under the name `path`.
pub(super) struct Engine {
    reader: IndexReader,
    fields: Fields,
    stem: Stem,
    stems_misspelt: bool,
    /// The column of paths of each segment.
    paths: Vec<BytesColumn>,
}

impl Engine {
    /// Opens an index. `tokenizer` is registered under its name.
    pub(super) fn open(
        folder: &Path,
        tokenizer: Option<(&str, TextAnalyzer)>,
        fields: impl FnOnce(&Index) -> Fields,
        stem: Stem,
    ) -> Self {
        let index = Index::open_in_dir(folder).expect("an index");
        let stems_misspelt = tokenizer.is_some();
        if let Some((name, tokenizer)) = tokenizer {
            index.tokenizers().register(name, tokenizer);
        }
        let reader = index.reader().expect("a reader");
        let column = |segment: &SegmentReader| {
            let column = segment.fast_fields().bytes("path").expect("readable");
            column.expect("a column of paths")
        };
        let paths = reader
            .searcher()
            .segment_readers()
            .iter()
            .map(column)
            .collect();
        Self {
            fields: fields(&index),
            reader,
            stem,
            stems_misspelt,
            paths,
        }
    }

    fn query(&self, ask: &Ask) -> Box<dyn Query> {
        let word = &ask.words[0];
        let query = match ask.class {
            Class::Term | Class::Filtered => self.word(word),
            Class::And => Box::new(BooleanQuery::intersection(self.each_word(ask))),
            Class::Or => Box::new(BooleanQuery::union(self.each_word(ask))),
            Class::Phrase | Class::CommonPhrase => self.phrase(&ask.words),
            Class::Prefix => any_of(&self.fields.patterns, |field| {
                let term = Term::from_field_text(field, word);
                Box::new(PhrasePrefixQuery::new(vec![term]))
            }),
            Class::Fuzzy => {
                let word = if self.stems_misspelt {
                    &(self.stem)(word)
                } else {
                    word
                };
                any_of(&self.fields.patterns, |field| {
                    let term = Term::from_field_text(field, word);
                    Box::new(FuzzyTermQuery::new(term, 1, true))
                })
            }
        };
        let Some((_, value)) = &ask.filter else {
            return query;
        };
        let value = Term::from_field_text(self.fields.kind, value);
        let value = TermQuery::new(value, IndexRecordOption::Basic);
        let value = ConstScoreQuery::new(Box::new(value), 0.0);
        Box::new(BooleanQuery::new(vec![
            (Occur::Must, query),
            (Occur::Must, Box::new(value)),
        ]))
    }

    fn word(&self, word: &str) -> Box<dyn Query> {
        let stem = (self.stem)(word);
        any_of(&self.fields.words, |field| {
            let term = Term::from_field_text(field, &stem);
            Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
        })
    }

    fn each_word(&self, ask: &Ask) -> Vec<Box<dyn Query>> {
        ask.words.iter().map(|word| self.word(word)).collect()
    }

    fn phrase(&self, words: &[String]) -> Box<dyn Query> {
        let stems: Vec<String> = words.iter().map(|word| (self.stem)(word)).collect();
        any_of(&self.fields.words, |field| {
            let terms = stems.iter().map(|stem| Term::from_field_text(field, stem));
            Box::new(PhraseQuery::new(terms.collect()))
        })
    }

    fn path(&self, address: DocAddress) -> Vec<u8> {
        let paths = &self.paths[address.segment_ord as usize];
        let ord = paths.ords().first(address.doc_id).expect("a path");
        let mut path = Vec::new();
        paths.ord_to_bytes(ord, &mut path).expect("readable");
        path
    }

    fn shown(&self, best: &[DocAddress], query: &dyn Query, want: Want) -> Option<Vec<Shown>> {
        let bare = |address: &DocAddress| Shown {
            path: self.path(*address),
            ..Shown::default()
        };
        if matches!(want, Want::Hits) {
            return Some(best.iter().map(bare).collect());
        }
        let (title, text) = self.fields.stored?;
        let searcher: Searcher = self.reader.searcher();
        let snippets = matches!(want, Want::Snippets).then(|| {
            SnippetGenerator::create(&searcher, query, text).expect("a generator of snippets")
        });
        let shown = |address: &DocAddress| {
            let document: TantivyDocument = searcher.doc(*address).expect("a document");
            let title = document.get_first(title).and_then(|value| value.as_str());
            let snippet = snippets.as_ref().map(|s| s.snippet_from_doc(&document));
            Shown {
                title: title.unwrap_or_default().to_owned(),
                snippet: snippet.map(|snippet| snippet.to_html()).unwrap_or_default(),
                ..bare(address)
            }
        };
        Some(best.iter().map(shown).collect())
    }
}

impl Peer for Engine {
    fn find(&self, ask: &Ask, want: Want) -> Option<Found> {
        let query = self.query(ask);
        let searcher = self.reader.searcher();
        if matches!(want, Want::Count) {
            let total = searcher.search(&*query, &Count).expect("counted") as u64;
            return Some(Found {
                total: Some(total),
                hits: Vec::new(),
            });
        }
        let best = TopDocs::with_limit(10).order_by_score();
        let best = searcher.search(&*query, &best).expect("found");
        let best: Vec<DocAddress> = best.into_iter().map(|(_, address)| address).collect();
        let hits = self.shown(&best, &*query, want)?;
        Some(Found { total: None, hits })
    }
}

/// A query that is put to one field, or to several of which one is enough.
fn any_of(fields: &[Field], query: impl Fn(Field) -> Box<dyn Query>) -> Box<dyn Query> {
    match fields {
        [field] => query(*field),
        _ => Box::new(BooleanQuery::union(
            fields.iter().map(|field| query(*field)).collect(),
        )),
    }
}
