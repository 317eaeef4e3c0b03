//! A query as read becomes conditions for the engine, and evidence for ranking.
//!
//! The two are kept apart: the engine only says which articles match, and `rank` what they are
//! worth. So filters and exclusions cannot change a score.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use gleaner_store::{Analyzer, DATE_COLUMN, Date, Fields, Language, Result, Snapshot, mark};
use tantivy::Term;
use tantivy::query::{BooleanQuery, EmptyQuery, Occur as EngineOccur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};

use crate::column::{Bounds, ColumnRange};
use crate::deadline::Deadline;
use crate::exclusion::Excludable;
use crate::filter::DocumentFilter;
use crate::limits::Budget;
use crate::parse::{self, Clause, Group, Node, NoteKind, Notes, Occur, Span};
use crate::phrase::Phrase;
use crate::query as asked;
use crate::rank::{Evidence, Instead, WordForm, live_frequency};
use crate::snippet::Pattern;
use crate::terms::form_of;
use crate::words::Reading;

/// Words of a query up to which two side by side may be one name, written apart. In sentences they
/// are chance, and cost precision.
const MOST_OF_A_NAME: usize = 4;

/// A query ready to be run.
pub(crate) struct Compiled {
    /// Which articles match.
    pub(crate) matches: Box<dyn Query>,
    /// Whether these are exactly the articles with all words of the evidence that are required, or
    /// with any word if none is.
    pub(crate) is_by_words: bool,
    /// What the matches are worth.
    pub(crate) evidence: Vec<Evidence>,
    /// What to mark in snippets.
    pub(crate) patterns: Vec<Pattern>,
}

/// Compiles a query for the index of a snapshot.
pub(crate) fn compile(
    snapshot: &Snapshot,
    query: &asked::Query,
    root: &Group,
    (notes, deadline): (&mut Notes, &Deadline),
) -> Result<Compiled> {
    let mut compiler = Compiler {
        snapshot,
        text: &query.text,
        now: query.now.unwrap_or_else(Date::now),
        analyzer: snapshot.store().analyzer(),
        language: snapshot.store().language(),
        notes,
        deadline: deadline.clone(),
        readings: HashMap::new(),
        evidence: Vec::new(),
        patterns: Vec::new(),
        expansions: 0,
        expanded: 0,
        is_repeated: false,
        budget: Budget::of(snapshot.searcher().num_docs()),
        drops_stop_words: false,
        is_by_words: true,
    };
    compiler.drops_stop_words = compiler.has_telling_words(root);
    let matches = compiler.group(root, Scoring::Counts)?;
    let Compiler {
        evidence,
        patterns,
        is_by_words,
        ..
    } = compiler;
    let is_by_words = is_by_words && query.since.is_none() && query.until.is_none();
    let matches = matches.unwrap_or_else(|| Box::new(EmptyQuery));
    let matches = match (query.since, query.until) {
        (None, None) => matches,
        (since, until) => {
            let dates = Bounds::dates(since, until);
            let dates = ColumnRange::of_seconds(DATE_COLUMN, dates).into_query(deadline);
            Box::new(BooleanQuery::intersection(vec![matches, dates]))
        }
    };
    Ok(Compiled {
        matches,
        is_by_words,
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

/// Turns the clauses of a query into conditions, and takes what counts as evidence on the way.
pub(crate) struct Compiler<'a> {
    pub(crate) snapshot: &'a Snapshot,
    text: &'a str,
    pub(crate) analyzer: Analyzer,
    pub(crate) language: Language,
    pub(crate) notes: &'a mut Notes,
    pub(crate) deadline: Deadline,
    /// What `today` and `7d` are counted from.
    pub(crate) now: Date,
    /// Words that were looked at, so that each is analysed once.
    readings: HashMap<String, Rc<Reading>>,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) patterns: Vec<Pattern>,
    /// How many patterns there were so far.
    pub(crate) expansions: usize,
    /// For how many words these stand together.
    pub(crate) expanded: usize,
    /// Whether what is compiled was there before: it counts once more, and is no further condition.
    pub(crate) is_repeated: bool,
    /// What the conditions cost so far.
    pub(crate) budget: Budget,
    /// Whether common words are left aside, because there are others.
    pub(crate) drops_stop_words: bool,
    /// Whether nothing was compiled so far but single words, wished for or required.
    pub(crate) is_by_words: bool,
}

/// A clause as the engine takes it.
pub(crate) struct Condition {
    pub(crate) occur: Occur,
    pub(crate) query: Box<dyn Query>,
    /// Whether it is a condition on metadata, which narrows and says nothing of relevance.
    pub(crate) is_filter: bool,
}

impl Compiler<'_> {
    pub(crate) fn fields(&self) -> &Fields {
        self.snapshot.fields()
    }

    /// What a word or phrase is in the index.
    pub(crate) fn reading(&mut self, text: &str) -> Rc<Reading> {
        if let Some(reading) = self.readings.get(text) {
            return Rc::clone(reading);
        }
        let reading = Rc::new(Reading::of(text, &mut self.analyzer));
        self.readings.insert(text.to_owned(), Rc::clone(&reading));
        reading
    }

    /// Whether any word asked for says something of what the query is about.
    fn has_telling_words(&mut self, group: &Group) -> bool {
        group
            .clauses
            .iter()
            .filter(|clause| clause.occur != Occur::MustNot)
            .any(|clause| match &clause.node {
                Node::Word(word) => {
                    let reading = self.reading(word);
                    !reading.is_empty() && !reading.is_common(self.language)
                }
                Node::Field { .. } => false,
                Node::Group(inner) => self.has_telling_words(inner),
                _ => true,
            })
    }

    pub(crate) fn group(
        &mut self,
        group: &Group,
        scoring: Scoring,
    ) -> Result<Option<Box<dyn Query>>> {
        let mut compiled = Vec::new();
        let mut previous: Option<WordForm> = None;
        let mut seen = HashSet::new();
        for clause in &group.clauses {
            if self.deadline.has_passed() {
                break;
            }
            // What is said again counts again, but is the same condition.
            let is_new = seen.insert((clause.occur, clause.node.without_places()));
            let single = self.single_word(clause);
            if let (Some(left), Some(right)) = (&previous, &single)
                && group.clauses.len() <= MOST_OF_A_NAME
            {
                compiled.extend(self.pair(left, right, scoring)?);
            }
            previous = single;
            let is_repeated = self.is_repeated || !is_new;
            let outer = std::mem::replace(&mut self.is_repeated, is_repeated);
            let condition = self.clause(clause, scoring)?;
            self.is_repeated = outer;
            compiled.extend(condition.filter(|_| is_new));
        }
        Ok(combine(compiled, || self.all_articles()))
    }

    pub(crate) fn all_articles(&self) -> Box<dyn Query> {
        term(self.fields().marks, mark::ARTICLE)
    }

    /// The word of a clause that is nothing but a plain word, and not a common one.
    fn single_word(&mut self, clause: &Clause) -> Option<WordForm> {
        let Node::Word(word) = &clause.node else {
            return None;
        };
        let reading = self.reading(word);
        let is_plain = clause.occur == Occur::Should && !reading.is_common(self.language);
        reading.single().filter(|_| is_plain).cloned()
    }

    /// Two words typed apart may be one in the article: `jung e` is `junge`.
    fn pair(
        &mut self,
        left: &WordForm,
        right: &WordForm,
        scoring: Scoring,
    ) -> Result<Option<Condition>> {
        let form = form_of(format!("{}{}", left.exact, right.exact), &mut self.analyzer);
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
        let scoring = scoring.of(clause.occur);
        let (mut occur, span) = (clause.occur, clause.span);
        let mut is_filter = false;
        self.is_by_words &= occur != Occur::MustNot && clause.node.is_word();
        let is_leaf = !matches!(clause.node, Node::Group(_) | Node::Field { .. });
        if is_leaf && !self.admits(Some(&clause.node), None, span)? {
            return Ok(None);
        }
        let taken = self.evidence.len();
        let query = match &clause.node {
            Node::Word(word) => self.word(word, clause, scoring),
            Node::Phrase { text, slop } => self.phrase(text, *slop, span, scoring),
            Node::Variants { cells, slop } => Some(self.variants((cells, *slop), span, scoring)),
            Node::Group(group) => self.group(group, scoring)?,
            Node::Field { name, value } => {
                if let Some(target) = self.target(name)? {
                    is_filter = target.is_filter();
                    if is_filter && self.is_repeated {
                        return Ok(None);
                    }
                    self.field(&target, value, span, scoring)?
                } else {
                    self.notes.add(NoteKind::UnknownField, span.start, span.end);
                    if clause.implied {
                        occur = Occur::Should;
                    }
                    self.as_words(span, scoring)?
                }
            }
            pattern => self.pattern(pattern, span, scoring)?,
        };
        if occur == Occur::Must {
            match &mut self.evidence[taken..] {
                [word] => word.is_required = true,
                _ => self.is_by_words = false,
            }
        }
        Ok(query.map(|query| Condition {
            occur,
            query,
            is_filter,
        }))
    }

    /// A piece of the query as typed.
    pub(crate) fn text_of(&self, span: Span) -> String {
        self.text[span.start..span.end].to_owned()
    }

    /// Where the text of the query ends.
    pub(crate) fn text_end(&self) -> usize {
        self.text.len()
    }

    /// A word in the place of what stands at `span`.
    pub(crate) fn as_word(
        &mut self,
        word: &str,
        span: Span,
        scoring: Scoring,
    ) -> Result<Option<Box<dyn Query>>> {
        let clause = Clause {
            occur: Occur::Should,
            implied: true,
            node: Node::Word(word.to_owned()),
            span,
        };
        let clauses = vec![clause];
        self.group(&Group { clauses }, scoring)
    }

    /// A piece of the query read as nothing but words.
    pub(crate) fn as_words(
        &mut self,
        span: Span,
        scoring: Scoring,
    ) -> Result<Option<Box<dyn Query>>> {
        let mut words = parse::parse_plain(&self.text[span.start..span.end]).root;
        for clause in &mut words.clauses {
            clause.span.start += span.start;
            clause.span.end += span.start;
        }
        self.group(&words, scoring)
    }
}

impl Scoring {
    /// Whether a clause counts: what is excluded never does.
    pub(crate) fn of(self, occur: Occur) -> Self {
        if occur == Occur::MustNot {
            Self::None
        } else {
            self
        }
    }
}

/// The articles that match all `Must` clauses, no `MustNot` clause and, unless something but a
/// filter is required, at least one `Should` clause. `None` if nothing is asked for.
pub(crate) fn combine(
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

/// The articles in which one of the fields has the words of a reading, one after another.
pub(crate) fn reading_query(
    fields: &[Field],
    reading: &Reading,
    slop: u32,
    deadline: &Deadline,
) -> Box<dyn Query> {
    let in_any = |form: &WordForm| -> Vec<Box<dyn Query>> {
        fields
            .iter()
            .map(|field| term(*field, &form.stem))
            .collect()
    };
    let mut parts: Vec<Box<dyn Query>> = match &reading.cells[..] {
        [(_, form)] => in_any(form),
        cells => {
            let words = cells.iter();
            let words = words.map(|(at, form)| (*at as usize, form.stem.clone()));
            let phrase = Phrase::new(fields.to_vec(), words.collect(), slop, deadline);
            vec![Box::new(phrase)]
        }
    };
    parts.extend(reading.joined.iter().flat_map(in_any));
    union(parts)
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
