//! Texts of queries.

use std::sync::LazyLock;

use gleaner::{Date, Facet, Hit, IngestOptions, Page, Query, Searcher, Snippet, Sort, When};
use gleaner_query::parse::{FieldValue, Group, MAX_DEPTH, Node, Parsed, parse, parse_plain};

use super::choice;

/// Most notes on one text: more say nothing.
const MOST_NOTES: usize = 17;

/// The text of a query to what it asks for.
///
/// # Panics
/// If something does not hold.
pub fn query(data: &[u8]) {
    let text = &*String::from_utf8_lossy(data);
    let Parsed { root, notes } = parse(text);
    is_sound(&root, text, 1);
    assert!(notes.len() <= MOST_NOTES);
    for note in notes {
        assert!(text.get(note.span.start..note.span.end).is_some(), "{note}");
        assert!(!note.to_string().contains(char::is_control), "{note:?}");
    }
    assert_eq!(root.to_string().is_empty(), root.clauses.is_empty());
    let mut last = 0;
    for clause in &root.clauses {
        assert!(clause.span.start >= last, "{clause:?}");
        last = clause.span.end;
    }
    let plain = parse_plain(text);
    let pieces = plain.root.clauses.iter().map(|clause| match &clause.node {
        Node::Word(word) => word.as_str(),
        node => panic!("{node:?} in a plain text"),
    });
    assert!(pieces.eq(text.split_whitespace()));
    if let Some(when) = When::read(text, Date::of_seconds(1_675_000_000)) {
        assert!(when.first() <= when.last(), "{when:?}");
    }
}

/// Whether every clause stands in the text, and holds only what stands there.
fn is_sound(group: &Group, text: &str, depth: usize) {
    // Every parenthesis may hold one group that nobody typed.
    assert!(depth <= 2 * MAX_DEPTH + 2);
    for clause in &group.clauses {
        let piece = text.get(clause.span.start..clause.span.end);
        let piece = piece.expect("a piece of the text");
        assert!(!piece.is_empty());
        is_in_piece(&clause.node, piece);
        if let Some(inner) = clause.node.group() {
            assert!(!inner.clauses.is_empty(), "{clause:?}");
            is_sound(inner, text, depth + 1);
        }
    }
}

fn is_in_piece(node: &Node, piece: &str) {
    let sought = |text: &str| assert!(!text.is_empty() && piece.contains(text), "{node:?}");
    match node {
        Node::Word(text)
        | Node::Prefix(text)
        | Node::Wildcard(text)
        | Node::Regex(text)
        | Node::Fuzzy { text, .. }
        | Node::Phrase { text, .. } => sought(text),
        Node::Group(_) => {}
        Node::Variants { .. } => panic!("no text is read as {node:?}"),
        Node::Field { name, value } => {
            sought(name);
            match value {
                FieldValue::Text(node) => is_in_piece(node, piece),
                FieldValue::Compare { value, .. } => sought(value),
                FieldValue::Range { from, to } => {
                    assert!(from.is_some() || to.is_some());
                    from.iter().chain(to).for_each(|end| sought(end));
                }
            }
        }
    }
}

/// The seeds of the project.
static SEEDS: LazyLock<Searcher> = LazyLock::new(|| {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/../seeds");
    let (index, _) =
        gleaner::ingest_in_memory(seeds, &IngestOptions::default()).expect("seeds can be read");
    Searcher::of(&index).expect("an index that was just made")
});

/// The text of a query to a page of hits.
///
/// # Panics
/// If something does not hold.
pub fn search(data: &[u8]) {
    let (chosen, text) = choice(data);
    let text = &*String::from_utf8_lossy(text);
    let is_chosen = |bit: u8| chosen & (1 << bit) != 0;
    let query = if is_chosen(0) {
        Query::plain(text)
    } else {
        Query::new(text)
    };
    let mut query = query
        .now(Date::of_seconds(1_675_000_000))
        .all(is_chosen(1))
        .ladder(!is_chosen(2))
        .explain(is_chosen(3))
        .feedback(is_chosen(4))
        .collapse(!is_chosen(5));
    if is_chosen(6) {
        query = query
            .facet(Facet::read("topics"))
            .facet(Facet::read("date"));
    }
    let page = SEEDS.search(&query).expect("no text is an error");
    is_sound_page(&page);
    if is_chosen(7) {
        let paths = SEEDS.search_paths(&query).expect("no text is an error");
        assert_eq!(paths.total, page.total);
        let sorted = query.sort(Sort::read("-title"));
        let sorted = SEEDS.search(&sorted).expect("no text is an error");
        assert_eq!(sorted.total, page.total);
    }
}

fn is_sound_page(page: &Page) {
    assert_eq!(page.total, page.hits.len() as u64 + page.collapsed);
    let is_before = |a: &Hit, b: &Hit| {
        a.score > b.score || (a.score.total_cmp(&b.score).is_eq() && a.path < b.path)
    };
    assert!(page.hits.is_sorted_by(is_before), "{page:?}");
    for hit in &page.hits {
        assert!(hit.score >= 0.0 && hit.line >= 1, "{hit:?}");
        let snippets = [&hit.snippet].into_iter().chain(&hit.second);
        let marked = snippets.map(|Snippet { text, marks, .. }| (text, marks));
        for (text, marks) in marked.chain([(&hit.title, &hit.title_marks)]) {
            let is_piece = |mark: &std::ops::Range<usize>| {
                text.get(mark.clone())
                    .is_some_and(|piece| !piece.is_empty())
            };
            assert!(marks.iter().all(is_piece), "{hit:?}");
            assert!(marks.is_sorted_by(|a, b| a.end <= b.start), "{hit:?}");
        }
    }
    for note in &page.notes {
        assert!(!note.to_string().contains(char::is_control), "{note:?}");
    }
}
