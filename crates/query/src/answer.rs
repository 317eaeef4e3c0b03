//! From the text of a query to what it found.

use gleaner_store::{Analyzer, Date, Result, Snapshot};

use crate::collect::{Found, Matches, collect};
use crate::compile::{Compiled, compile};
use crate::copies::collapse;
use crate::deadline::Deadline;
use crate::facet::{self, Facet, FacetCounts};
use crate::feedback;
use crate::limits;
use crate::long_text;
use crate::matching::{Matching, matching};
use crate::page::{Copy, Rung};
use crate::parse::{self, Group, Note, NoteKind, Notes, Occur, Parsed, Span};
use crate::query::{Boost, Query};
use crate::rank::{Boosts, Evidence, Ranking};
use crate::searcher::View;
use crate::snippet::{Pattern, distinct};
use crate::sort::{Order, sorted};
use crate::vocabulary::Vocabulary;

/// What a query found, before anything is read of the hits.
pub(crate) struct Answer {
    pub(crate) found: Found,
    pub(crate) facets: Vec<FacetCounts>,
    /// The copies of each hit; nothing where they are not collapsed.
    pub(crate) copies: Vec<Vec<Copy>>,
    pub(crate) ranking: Ranking,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) notes: Vec<Note>,
    pub(crate) answered: Rung,
    /// Whether the deadline had passed before all was found.
    pub(crate) timed_out: bool,
}

/// What the tree of a query found.
pub(crate) struct Attempt {
    /// The tree as it was put: of a long text, the most telling words.
    pub(crate) root: Group,
    pub(crate) answer: Answer,
}

impl View {
    /// Finds what matches a query, and the best of it.
    pub(crate) fn answer(&self, query: &Query, deadline: &Deadline) -> Result<Answer> {
        let Parsed { root, notes } = read(query, &mut self.snapshot.store().analyzer());
        let mut vocabulary = Vocabulary::of(&self.snapshot, deadline);
        let typed = self.attempt((query, deadline), root, &notes, &mut vocabulary)?;
        if query.has_ladder {
            self.climb((query, deadline), (typed, &notes), &mut vocabulary)
        } else {
            Ok(typed.answer)
        }
    }

    /// Puts one tree of a query, with the notes there are on reading it.
    pub(crate) fn attempt(
        &self,
        (query, deadline): (&Query, &Deadline),
        mut root: Group,
        notes: &[Note],
        vocabulary: &mut Vocabulary<'_>,
    ) -> Result<Attempt> {
        let cut = long_text::cut(vocabulary, &self.statistics, &query.text, &mut root)?;
        let cut = cut.map(|cut| NoteKind::LongText(cut.kept, cut.of));
        let cut = cut.map(|kind| Note::on_all(&query.text, kind));
        let notes = cut.into_iter().chain(notes.iter().cloned());
        let answer = self.put((query, deadline), &root, notes.collect())?;
        Ok(Attempt { root, answer })
    }

    fn put(
        &self,
        (query, deadline): (&Query, &Deadline),
        root: &Group,
        mut told: Vec<Note>,
    ) -> Result<Answer> {
        let snapshot = &self.snapshot;
        let mut notes = Notes::default();
        let compiled = compile(snapshot, query, root, (&mut notes, deadline))?;
        let Compiled {
            matches,
            is_by_words,
            evidence,
            patterns,
        } = compiled;
        let mut ranking = self.ranking((query, deadline), evidence)?;
        if let Some((kept, of)) = ranking.cut {
            let kind = NoteKind::FirstWords(kept, of);
            told.push(Note::on_all(&query.text, kind));
        }
        let matches = Matches {
            query: &*matches,
            is_by_words: is_by_words && ranking.cut.is_none(),
            deadline,
        };
        if query.has_feedback && query.limit > 0 {
            ranking = self.with_feedback(&matches, ranking)?;
        }
        let order = query.sort.order(snapshot)?;
        let all = if order.is_some() || !query.facets.is_empty() {
            matching(snapshot, &matches, &ranking)?
        } else {
            Vec::new()
        };
        let by = order.as_ref().map(|order| (order, &all[..]));
        let (mut found, copies) = self.page(query, (&matches, &ranking), by)?;
        if ranking.distinct().nth(1).is_none() {
            found.with_all = None;
        }
        told.extend(notes.finish(&query.text));
        let mut notes = told;
        if let (Some(key), None) = (query.sort.key_name(), &order) {
            notes.push(Note::on_key(key, NoteKind::UnknownSort));
        }
        let facets = facets((snapshot, deadline), &query.facets, &all, &mut notes)?;
        let answered = match found.total {
            0 => Rung::Nothing,
            _ => Rung::AsTyped,
        };
        Ok(Answer {
            found,
            facets,
            copies,
            ranking,
            patterns: distinct(patterns),
            notes,
            answered,
            timed_out: deadline.has_passed(),
        })
    }

    fn ranking(
        &self,
        (query, deadline): (&Query, &Deadline),
        evidence: Vec<Evidence>,
    ) -> Result<Ranking> {
        let weights = (query.weights, deadline);
        let ranking = Ranking::new(&self.snapshot, &self.statistics, weights, evidence);
        let ranking = ranking.map_err(self.snapshot.damaged())?;
        Ok(ranking.with_boosts(self.boosts(query)?))
    }

    /// The hits of the page, and the copies of each: the best ones, or all matches in an order.
    fn page(
        &self,
        query: &Query,
        (matches, ranking): (&Matches<'_>, &Ranking),
        by: Option<(&Order, &[Matching<'_>])>,
    ) -> Result<(Found, Vec<Vec<Copy>>)> {
        let snapshot = &self.snapshot;
        let best = |offset, limit| -> Result<Found> {
            let Some((order, all)) = by else {
                return collect(snapshot, matches, ranking, offset, limit);
            };
            let counted = all.iter().map(|matching| matching.docs.len() as u64);
            Ok(Found {
                total: counted.sum(),
                hits: sorted(snapshot, all, ranking, order, (offset, limit))?,
                ..collect(snapshot, matches, ranking, 0, 0)?
            })
        };
        if query.collapse {
            let page = (query.offset, query.limit);
            collapse(snapshot, page, matches.deadline, |limit| best(0, limit))
        } else {
            Ok((best(query.offset, query.limit)?, Vec::new()))
        }
    }

    /// The ranking with words of the best hits.
    fn with_feedback(&self, matches: &Matches<'_>, ranking: Ranking) -> Result<Ranking> {
        let snapshot = &self.snapshot;
        let first = collect(snapshot, matches, &ranking, 0, feedback::ARTICLES)?;
        if matches.deadline.has_passed() {
            return Ok(ranking);
        }
        let context = feedback::context(self, &ranking, &first.hits)?;
        let ranked = ranking.with_context(snapshot, &self.statistics, context);
        ranked.map_err(snapshot.damaged())
    }

    fn boosts(&self, query: &Query) -> Result<Boosts> {
        let mut boosts = Boosts::default();
        for boost in &query.boosts {
            match boost {
                Boost::Recent => boosts.recent(query.now.unwrap_or_else(Date::now).seconds()),
                Boost::Quality => boosts
                    .quality(&self.snapshot)
                    .map_err(self.snapshot.damaged())?,
            }
        }
        Ok(boosts)
    }
}

/// Reads the text of a query.
fn read(query: &Query, analyzer: &mut Analyzer) -> Parsed {
    let text = query.text.as_str();
    let cut = limits::cut(text, analyzer);
    let read = &text[..cut.map_or(text.len(), |(end, _)| end)];
    let mut parsed = if query.is_plain {
        parse::parse_plain(read)
    } else {
        parse::parse(read)
    };
    let as_words = limits::cut_patterns(text, &mut parsed.root);
    parsed.notes.extend(as_words);
    if let Some((start, limit)) = cut {
        let end = text.len();
        let note = Note::on(text, Span { start, end }, NoteKind::Cut(limit));
        parsed.notes.insert(0, note);
    }
    if query.needs_all {
        require_words(&mut parsed.root);
    }
    parsed
}

/// Counts all matches by each of the facets.
fn facets(
    (snapshot, deadline): (&Snapshot, &Deadline),
    facets: &[Facet],
    matches: &[Matching<'_>],
    notes: &mut Vec<Note>,
) -> Result<Vec<FacetCounts>> {
    let mut all: Vec<FacetCounts> = Vec::with_capacity(facets.len());
    let mut counted: Vec<(&Facet, Option<usize>)> = Vec::new();
    for facet in facets {
        // What is asked for again is not counted again.
        if let Some((_, at)) = counted.iter().find(|(other, _)| *other == facet) {
            all.extend(at.map(|at| all[at].clone()));
            continue;
        }
        if deadline.has_passed() {
            break;
        }
        let counts = facet::count(snapshot, matches, facet)?;
        counted.push((facet, counts.is_some().then_some(all.len())));
        if counts.is_none() {
            notes.push(Note::on_key(facet.key_name(), NoteKind::UnknownFacet));
        }
        all.extend(counts);
    }
    Ok(all)
}

/// Requires what is otherwise only wished for.
fn require_words(group: &mut Group) {
    for clause in &mut group.clauses {
        if clause.occur == Occur::Should && clause.implied && clause.node.is_word() {
            clause.occur = Occur::Must;
        }
    }
}
