//! A query as read becomes conditions for the engine, and evidence for ranking.
//!
//! The two are kept apart: the engine only says which articles match, and `rank` what they are
//! worth. So filters and exclusions cannot change a score.

use gleaner_store::{Analyzer, Fields, Language, Result, Snapshot, mark};
use tantivy::Term;
use tantivy::query::{
    BooleanQuery, EmptyQuery, Occur as EngineOccur, PhraseQuery, Query, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use crate::exclusion::Excludable;
use crate::fields::Target;
use crate::parse::{self, Clause, Group, Node, NoteKind, Notes, Occur, Span};
use crate::rank::{Evidence, Instead, WordForm, live_frequency};
use crate::snippet::Pattern;
use crate::stop_words::is_stop_word;
use crate::terms::{Expansion, expand};
use crate::words::Reading;

/// Words of a query up to which two side by side may be one name, written apart. In sentences they
/// are chance, and cost precision.
const MOST_OF_A_NAME: usize = 4;

/// A query ready to be run.
pub(crate) struct Compiled {
    /// Which articles match.
    pub(crate) matches: Box<dyn Query>,
    /// Whether these are exactly the articles with any word of the evidence.
    pub(crate) is_any_word: bool,
    /// What the matches are worth.
    pub(crate) evidence: Vec<Evidence>,
    /// What to mark in snippets.
    pub(crate) patterns: Vec<Pattern>,
}

/// Compiles a query for the index of a snapshot.
pub(crate) fn compile(
    snapshot: &Snapshot,
    text: &str,
    root: &Group,
    notes: &mut Notes,
) -> Result<Compiled> {
    let mut compiler = Compiler {
        snapshot,
        text,
        analyzer: snapshot.store().analyzer(),
        language: snapshot.store().language(),
        notes,
        evidence: Vec::new(),
        patterns: Vec::new(),
        drops_stop_words: false,
        is_any_word: true,
    };
    compiler.drops_stop_words = compiler.has_telling_words(root);
    let matches = compiler.group(root, Scoring::Counts)?;
    let Compiler {
        evidence,
        patterns,
        is_any_word,
        ..
    } = compiler;
    let matches = matches.unwrap_or_else(|| Box::new(EmptyQuery));
    Ok(Compiled {
        matches,
        is_any_word,
        evidence,
        patterns,
    })
}

/// Whether what is compiled is evidence, or only a condition.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scoring {
    Counts,
    None,
}

pub(crate) struct Compiler<'a> {
    pub(crate) snapshot: &'a Snapshot,
    text: &'a str,
    pub(crate) analyzer: Analyzer,
    language: Language,
    pub(crate) notes: &'a mut Notes,
    evidence: Vec<Evidence>,
    patterns: Vec<Pattern>,
    /// Whether common words are left aside, because there are others.
    drops_stop_words: bool,
    /// Whether nothing was compiled so far but single words that are wished for.
    is_any_word: bool,
}

/// A clause as the engine takes it.
struct Condition {
    occur: Occur,
    query: Box<dyn Query>,
    /// Whether it is a condition on metadata, which narrows and says nothing of relevance.
    is_filter: bool,
}

impl Compiler<'_> {
    fn fields(&self) -> &Fields {
        self.snapshot.fields()
    }

    /// Whether any word asked for says something of what the query is about.
    fn has_telling_words(&mut self, group: &Group) -> bool {
        group
            .clauses
            .iter()
            .filter(|clause| clause.occur != Occur::MustNot)
            .any(|clause| match &clause.node {
                Node::Word(word) => {
                    let reading = Reading::of(word, &mut self.analyzer);
                    !reading.is_empty()
                        && !reading
                            .single()
                            .is_some_and(|form| is_stop_word(&form.exact, self.language))
                }
                Node::Prefix(_) | Node::Phrase { .. } => true,
                Node::Field { .. } => false,
                Node::Group(inner) => self.has_telling_words(inner),
            })
    }

    fn group(&mut self, group: &Group, scoring: Scoring) -> Result<Option<Box<dyn Query>>> {
        let mut compiled = Vec::new();
        let mut previous: Option<WordForm> = None;
        for clause in &group.clauses {
            let single = self.single_word(clause);
            if let (Some(left), Some(right)) = (&previous, &single)
                && group.clauses.len() <= MOST_OF_A_NAME
            {
                compiled.extend(self.pair(left, right, scoring)?);
            }
            previous = single;
            compiled.extend(self.clause(clause, scoring)?);
        }
        Ok(combine(compiled, || self.all_articles()))
    }

    fn all_articles(&self) -> Box<dyn Query> {
        term(self.fields().marks, mark::ARTICLE)
    }

    /// The word of a clause that is nothing but a plain word, and not a common one.
    fn single_word(&mut self, clause: &Clause) -> Option<WordForm> {
        let Node::Word(word) = &clause.node else {
            return None;
        };
        let form = Reading::of(word, &mut self.analyzer).single().cloned()?;
        (clause.occur == Occur::Should && !is_stop_word(&form.exact, self.language)).then_some(form)
    }

    /// Two words typed apart may be one in the article: `jung e` is `junge`.
    fn pair(
        &mut self,
        left: &WordForm,
        right: &WordForm,
        scoring: Scoring,
    ) -> Result<Option<Condition>> {
        let exact = format!("{}{}", left.exact, right.exact);
        let stem = self.analyzer.stem(&exact).to_owned();
        let form = WordForm { stem, exact };
        let joined = Term::from_field_text(self.fields().text, &form.stem);
        let mut frequency = 0;
        for segment in self.snapshot.searcher().segment_readers() {
            frequency += live_frequency(segment, &joined).map_err(self.snapshot.damaged())?;
        }
        if frequency == 0 {
            return Ok(None);
        }
        let query = term(self.fields().text, &form.stem);
        if scoring == Scoring::Counts {
            self.patterns.push(Pattern::instead(&form.stem));
            // The evidence of the left word was taken last. The joined form may only stand in for
            // it: counted beside the parts, it made articles that hyphenate rank too high.
            if let Some(left) = self.evidence.last_mut() {
                left.instead = Some(Instead { form, covers: 2 });
            }
        }
        Ok(Some(Condition {
            occur: Occur::Should,
            query,
            is_filter: false,
        }))
    }

    fn clause(&mut self, clause: &Clause, scoring: Scoring) -> Result<Option<Condition>> {
        let scoring = if clause.occur == Occur::MustNot {
            Scoring::None
        } else {
            scoring
        };
        let mut occur = clause.occur;
        let mut is_filter = false;
        self.is_any_word &=
            occur == Occur::Should && matches!(clause.node, Node::Word(_) | Node::Prefix(_));
        let query = match &clause.node {
            Node::Word(word) => self.word(word, clause, scoring),
            Node::Prefix(prefix) => self.prefix(prefix, clause.span, scoring)?,
            Node::Phrase { text, slop } => self.phrase(text, *slop, clause.span, scoring),
            Node::Group(group) => self.group(group, scoring)?,
            Node::Field { name, value } => match self.target(name)? {
                Some(Target::Part(field)) => self.part(field, value, scoring)?,
                Some(Target::Key(key)) => {
                    is_filter = true;
                    self.metadata(&key, value, clause.span)?
                }
                None => {
                    self.notes
                        .add(NoteKind::UnknownField, clause.span.start, clause.span.end);
                    if clause.implied {
                        occur = Occur::Should;
                    }
                    self.group(&self.as_words(clause.span), scoring)?
                }
            },
        };
        Ok(query.map(|query| Condition {
            occur,
            query,
            is_filter,
        }))
    }

    /// A piece of the query read as nothing but words.
    fn as_words(&self, span: Span) -> Group {
        let mut words = parse::parse_plain(&self.text[span.start..span.end]).root;
        for clause in &mut words.clauses {
            clause.span.start += span.start;
            clause.span.end += span.start;
        }
        words
    }

    fn word(&mut self, word: &str, clause: &Clause, scoring: Scoring) -> Option<Box<dyn Query>> {
        let reading = Reading::of(word, &mut self.analyzer);
        if reading.is_empty() {
            self.notes
                .add(NoteKind::NoWord, clause.span.start, clause.span.end);
            return None;
        }
        let is_common = reading
            .single()
            .is_some_and(|form| is_stop_word(&form.exact, self.language));
        if is_common && self.drops_stop_words && clause.occur == Occur::Should {
            self.notes
                .add(NoteKind::CommonWord, clause.span.start, clause.span.end);
            return None;
        }
        self.is_any_word &= reading.single().is_some();
        let query = reading_query(self.fields().text, &reading, 0);
        let related = reading_query(self.fields().related, &reading, 0);
        if scoring == Scoring::Counts {
            self.count(&reading);
        }
        Some(union(vec![query, related]))
    }

    /// Takes a word as evidence and as something to mark.
    fn count(&mut self, reading: &Reading) {
        // The parts of a compound are evidence one by one, and the joined form stands in for them.
        let first = self.evidence.len();
        let words = reading.cells.iter();
        self.evidence
            .extend(words.map(|(_, form)| Evidence::word(form.clone())));
        if let (Some(joined), Some(word)) = (&reading.joined, self.evidence.get_mut(first)) {
            word.instead = Some(Instead {
                form: joined.clone(),
                covers: reading.cells.len(),
            });
        }
        self.patterns.push(Pattern::sequence(&reading.cells));
        self.patterns.extend(
            reading
                .joined
                .iter()
                .map(|form| Pattern::instead(&form.stem)),
        );
    }

    fn phrase(
        &mut self,
        text: &str,
        slop: u32,
        span: Span,
        scoring: Scoring,
    ) -> Option<Box<dyn Query>> {
        let reading = Reading::of(text, &mut self.analyzer);
        if reading.is_empty() {
            self.notes.add(NoteKind::NoWord, span.start, span.end);
            return None;
        }
        let query = reading_query(self.fields().text, &reading, slop);
        let related = reading_query(self.fields().related, &reading, slop);
        if scoring == Scoring::Counts {
            // The words of a phrase are evidence one by one: a long phrase says more.
            if reading.joined.is_some() {
                self.count(&reading);
            } else {
                let words = reading.cells.iter();
                self.evidence
                    .extend(words.map(|(_, form)| Evidence::word(form.clone())));
                if slop == 0 {
                    self.patterns.push(Pattern::sequence(&reading.cells));
                } else {
                    let single = |(_, form): &(u32, WordForm)| Pattern::word([form.stem.clone()]);
                    self.patterns.extend(reading.cells.iter().map(single));
                }
            }
        }
        Some(union(vec![query, related]))
    }

    fn prefix(
        &mut self,
        prefix: &str,
        span: Span,
        scoring: Scoring,
    ) -> Result<Option<Box<dyn Query>>> {
        let prefix = gleaner_store::fold(prefix);
        let Expansion { forms, all } = expand(self.snapshot, &mut self.analyzer, &prefix)?;
        if !all {
            self.is_any_word = false;
            self.notes.add(NoteKind::ManyWords, span.start, span.end);
        }
        if forms.is_empty() {
            return Ok(Some(Box::new(EmptyQuery)));
        }
        let field = self.fields().exact;
        let terms = forms
            .iter()
            .map(|form| Term::from_field_text(field, &form.exact));
        let query: Box<dyn Query> = Box::new(TermSetQuery::new(terms.collect::<Vec<_>>()));
        if scoring == Scoring::Counts {
            self.patterns.push(Pattern::prefix(&prefix));
            self.evidence
                .push(Evidence::forms(format!("{prefix}*"), forms));
        }
        Ok(Some(query))
    }

    /// A condition on one part of the article, whose words count as well.
    fn part(
        &mut self,
        field: Field,
        value: &parse::FieldValue,
        scoring: Scoring,
    ) -> Result<Option<Box<dyn Query>>> {
        let parse::FieldValue::Text(node) = value else {
            return Ok(None);
        };
        self.part_node(field, node, scoring)
    }

    fn part_node(
        &mut self,
        field: Field,
        node: &Node,
        scoring: Scoring,
    ) -> Result<Option<Box<dyn Query>>> {
        let (text, slop) = match node {
            Node::Word(text) => (text, 0),
            Node::Phrase { text, slop } => (text, *slop),
            Node::Prefix(prefix) => {
                let prefix = gleaner_store::fold(prefix);
                let forms = expand(self.snapshot, &mut self.analyzer, &prefix)?.forms;
                let terms = forms
                    .iter()
                    .map(|form| Term::from_field_text(field, &form.stem));
                let terms: Vec<Term> = terms.collect();
                if scoring == Scoring::Counts && !forms.is_empty() {
                    self.patterns.push(Pattern::prefix(&prefix));
                    self.evidence
                        .push(Evidence::forms(format!("{prefix}*"), forms));
                }
                return Ok(Some(Box::new(TermSetQuery::new(terms))));
            }
            Node::Group(group) => {
                let mut compiled = Vec::new();
                for Clause { occur, node, .. } in &group.clauses {
                    let scoring = if *occur == Occur::MustNot {
                        Scoring::None
                    } else {
                        scoring
                    };
                    let query = self.part_node(field, node, scoring)?;
                    let occur = *occur;
                    compiled.extend(query.map(|query| Condition {
                        occur,
                        query,
                        is_filter: false,
                    }));
                }
                return Ok(combine(compiled, || self.all_articles()));
            }
            Node::Field { .. } => return Ok(None),
        };
        let reading = Reading::of(text, &mut self.analyzer);
        if reading.is_empty() {
            return Ok(None);
        }
        if scoring == Scoring::Counts {
            self.count(&reading);
        }
        Ok(Some(reading_query(field, &reading, slop)))
    }
}

/// The articles that match all `Must` clauses, no `MustNot` clause and, unless something but a
/// filter is required, at least one `Should` clause. `None` if nothing is asked for.
fn combine(
    clauses: Vec<Condition>,
    all: impl FnOnce() -> Box<dyn Query>,
) -> Option<Box<dyn Query>> {
    let requires_words = !clauses
        .iter()
        .any(|clause| clause.occur == Occur::Must && !clause.is_filter);
    let wants_words = clauses.iter().any(|clause| clause.occur == Occur::Should);
    let (mut conditions, mut options) = (Vec::new(), Vec::new());
    let mut is_positive = false;
    for Condition { occur, query, .. } in clauses {
        match occur {
            Occur::Must => conditions.push((EngineOccur::Must, query)),
            Occur::MustNot => {
                conditions.push((EngineOccur::MustNot, Box::new(Excludable(query))));
                continue;
            }
            Occur::Should => options.push(query),
        }
        is_positive = true;
    }
    if !is_positive && conditions.is_empty() {
        return None;
    }
    // Where something else is required, words that are only wished for add evidence and nothing
    // else: the engine need not look at them.
    if wants_words && requires_words {
        conditions.push((EngineOccur::Must, union(options)));
    }
    if !is_positive {
        conditions.push((EngineOccur::Must, all()));
    }
    if conditions.len() == 1 {
        return conditions.pop().map(|(_, query)| query);
    }
    Some(Box::new(BooleanQuery::new(conditions)))
}

/// The articles in which a field has the words of a reading, one after another.
fn reading_query(field: Field, reading: &Reading, slop: u32) -> Box<dyn Query> {
    let parts: Box<dyn Query> = match &reading.cells[..] {
        [(_, form)] => term(field, &form.stem),
        cells => {
            let phrase_term = |form: &WordForm| Term::from_field_text(field, &form.stem);
            let terms = cells
                .iter()
                .map(|(at, form)| (*at as usize, phrase_term(form)))
                .collect();
            Box::new(PhraseQuery::new_with_offset_and_slop(terms, slop))
        }
    };
    match &reading.joined {
        Some(joined) => union(vec![parts, term(field, &joined.stem)]),
        None => parts,
    }
}

/// The documents that hold a term.
pub(crate) fn term(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(
        Term::from_field_text(field, text),
        IndexRecordOption::Basic,
    ))
}

/// The articles that match any of the queries.
pub(crate) fn union(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match queries.len() {
        1 => queries.remove(0),
        _ => Box::new(BooleanQuery::union(queries)),
    }
}
