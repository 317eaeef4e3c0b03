//! Conditions that name no word: what an article has at all, and where it lies.

use gleaner_store::{BODY_COLUMN, Result, metadata_term};
use tantivy::query::{BooleanQuery, EmptyQuery, Occur as EngineOccur, Query};
use tantivy::schema::Field;
use tantivy::{BitSet, SegmentReader};

use crate::automaton::WordPattern;
use crate::column::ColumnRange;
use crate::compile::Compiler;
use crate::deadline::Deadline;
use crate::exclusion::Excludable;
use crate::fields::{alias_of, part_named};
use crate::filter::DocumentFilter;
use crate::leaf::any_term;
use crate::parse::{Node, NoteKind, Span};
use crate::paths::PathQuery;
use crate::terms::expand;

/// Whether something has to be there or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Has,
    Missing,
}

impl Compiler<'_> {
    /// The articles that have a key, anything below it, or a part; or those that lack it.
    pub(crate) fn presence(
        &mut self,
        presence: Presence,
        node: &Node,
        span: Span,
    ) -> Result<Option<Box<dyn Query>>> {
        let name = node.text().to_lowercase();
        let has: Box<dyn Query> = match part_named(self.fields(), &name) {
            Some(field) => HasWords(field).into_query(&self.deadline),
            None if name == "body" => ColumnRange::present(BODY_COLUMN).into_query(&self.deadline),
            None => self.with_key(&name, span)?,
        };
        if presence == Presence::Has {
            return Ok(Some(has));
        }
        Ok(Some(Box::new(BooleanQuery::new(vec![
            (EngineOccur::Must, self.all_articles()),
            (EngineOccur::MustNot, Box::new(Excludable(has))),
        ]))))
    }

    /// The articles with a key of this name, of the concept it stands for, or of its plural.
    fn with_key(&mut self, name: &str, span: Span) -> Result<Box<dyn Query>> {
        let plural = format!("{name}s");
        for name in [Some(name), alias_of(name), Some(&plural)]
            .into_iter()
            .flatten()
        {
            let terms = self.key_terms(name)?;
            if !terms.is_empty() {
                return Ok(any_term(self.fields().keys, terms.iter()));
            }
        }
        self.notes.add(NoteKind::UnknownKey, span.start, span.end);
        Ok(Box::new(EmptyQuery))
    }

    /// The terms of a key itself and of all keys nested in it, that some article has.
    fn key_terms(&self, name: &str) -> Result<Vec<String>> {
        let term = metadata_term(name, "");
        let key = term.trim_end_matches('\u{1}');
        // A term ends with its key where it stands for the key and not for a word of its values.
        let Some(rest) = WordPattern::regex("(\\.[^\\x01]*)?\\x01") else {
            return Ok(Vec::new());
        };
        let found = expand(
            self.snapshot,
            self.fields().keys,
            (key, &rest),
            &self.deadline,
        )?;
        Ok(found.into_iter().map(|found| found.term).collect())
    }

    /// The articles whose path fits what a leaf of the query says.
    pub(crate) fn path(&mut self, node: &Node, span: Span) -> Option<Box<dyn Query>> {
        let text = node.text();
        let query = PathQuery::glob(text).or_else(|| {
            self.notes.add(NoteKind::BadPattern, span.start, span.end);
            PathQuery::literal(text)
        });
        // Files that were left out have a path as well.
        query.map(|query| {
            let both = vec![self.all_articles(), query.into_query(&self.deadline)];
            Box::new(BooleanQuery::intersection(both)) as Box<dyn Query>
        })
    }
}

/// Documents that have any word in a field.
#[derive(Debug, Clone)]
struct HasWords(Field);

impl DocumentFilter for HasWords {
    fn docs(&self, segment: &SegmentReader, _: &Deadline) -> tantivy::Result<BitSet> {
        let lengths = segment.get_fieldnorms_reader(self.0)?;
        let mut docs = BitSet::with_max_value(segment.max_doc());
        for doc in 0..segment.max_doc() {
            if lengths.fieldnorm(doc) > 0 {
                docs.insert(doc);
            }
        }
        Ok(docs)
    }
}
