//! What holds for every text.

use proptest::prelude::*;

use crate::parse::{
    Clause, Comparison, FieldValue, Group, MAX_DEPTH, Node, Occur, Parsed, Span, parse, parse_plain,
};

/// Any text at all, and text made of what has a meaning.
fn text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "(", ")", "\"", "“", "”", "„", "«", "»", "'", "+", "-", "*", "~", "~2", "^3", ":", "::",
        "a", "b1", "x", "É", "人", "🚀", "AND", "OR", "NOT", " ", " ", " ", "\0", "\u{200F}",
        "\u{200D}", "title:", "a:", "..", "...", "[", "]", "TO", "[1 TO 2]", ">=", "<", "=", "≥",
        "http://", "/", "\\", ",", ".", ":)", ":(", "5\"", "&&", "\n", "?", "ab", "/a+/", "path:",
        "~1", "bra*", "b?a", "has:", "date:", "7d", "{", "}", "|", "$", "東",
    ]);
    prop_oneof![
        any::<String>(),
        prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat()),
    ]
}

/// Calls `visit` for each clause, and for each text that is sought.
fn walk(group: &Group, depth: usize, visit: &mut impl FnMut(&Clause, usize, &[&str])) {
    for clause in &group.clauses {
        let mut texts = Vec::new();
        leaf_texts(&clause.node, &mut texts);
        visit(clause, depth, &texts);
        if let Some(group) = clause.node.group() {
            walk(group, depth + 1, visit);
        }
    }
}

fn leaf_texts<'n>(node: &'n Node, texts: &mut Vec<&'n str>) {
    match node {
        Node::Word(text)
        | Node::Prefix(text)
        | Node::Wildcard(text)
        | Node::Regex(text)
        | Node::Fuzzy { text, .. }
        | Node::Phrase { text, .. } => texts.push(text),
        Node::Group(_) | Node::Variants { .. } => {}
        Node::Field { name, value } => {
            texts.push(name);
            match value {
                FieldValue::Text(node) => leaf_texts(node, texts),
                FieldValue::Compare { value, .. } => texts.push(value),
                FieldValue::Range { from, to } => {
                    texts.extend(from.iter().chain(to).map(String::as_str));
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read(text in text()) {
        let Parsed { root, notes } = parse(&text);
        let sound = |span: Span| text.get(span.start..span.end).is_some();
        prop_assert!(notes.len() <= 17);
        for note in notes {
            prop_assert!(sound(note.span), "{note}");
            prop_assert!(!note.to_string().contains(char::is_control));
        }
        let mut faults = Vec::new();
        walk(&root, 1, &mut |clause, depth, texts| {
            let piece = text.get(clause.span.start..clause.span.end);
            let inside = texts.iter().all(|leaf| piece.is_some_and(|piece| piece.contains(leaf)));
            let spoken = texts.iter().all(|leaf| !leaf.is_empty());
            let filled = clause.node.group().is_none_or(|group| !group.clauses.is_empty());
            // Every parenthesis may hold one group that nobody typed.
            if !(inside && spoken && filled && depth <= 2 * MAX_DEPTH + 2) {
                faults.push(clause.clone());
            }
        });
        prop_assert!(faults.is_empty(), "{faults:?}");
    }

    #[test]
    fn places_follow_the_text(text in text()) {
        let mut last = 0;
        for clause in parse(&text).root.clauses {
            prop_assert!(clause.span.start >= last && clause.span.end > clause.span.start);
            last = clause.span.end;
        }
    }

    #[test]
    fn words_are_never_lost(words in prop::collection::vec("[a-z]{1,8}", 0..20)) {
        let text = words.join(" ");
        prop_assert_eq!(parse(&text), parse_plain(&text));
        prop_assert_eq!(parse(&text).root.clauses.len(), words.len());
    }

    #[test]
    fn plain_text_keeps_every_piece(text in text()) {
        let parsed = parse_plain(&text);
        let mut pieces = text.split_whitespace();
        for clause in parsed.root.clauses {
            let piece = &text[clause.span.start..clause.span.end];
            prop_assert_eq!(pieces.next(), Some(piece));
            prop_assert_eq!(clause.node, Node::Word(piece.to_owned()));
        }
        prop_assert_eq!(pieces.next(), None);
    }

    #[test]
    fn what_is_printed_reads_the_same(style in style(), clauses in clauses()) {
        let (typed, group) = style.group(clauses);
        let parsed = parse(&typed);
        prop_assert_eq!(bare(parsed.root), group, "{}", typed);
        prop_assert!(parsed.notes.is_empty());
    }
}

/// How the clauses of a group are typed.
#[derive(Debug, Clone, Copy)]
enum Style {
    Beside,
    Or,
    And,
}

fn style() -> impl Strategy<Value = Style> {
    prop_oneof![Just(Style::Beside), Just(Style::Or), Just(Style::And)]
}

/// A sign, a node, and how the node is typed.
type Typed = (Occur, Node, String);

impl Style {
    /// A group and how it is typed, given what the language assumes where no sign is typed.
    fn group(self, clauses: Vec<Typed>) -> (String, Group) {
        let style = if clauses.len() == 1 {
            Style::Beside
        } else {
            self
        };
        let joiner = match style {
            Style::Beside => " ",
            Style::Or => " OR ",
            Style::And => " AND ",
        };
        let read = |(occur, node, typed): Typed| {
            let (sign, occur) = match (occur, style) {
                (Occur::MustNot, Style::Beside) => ("-", occur),
                (Occur::MustNot, _) => ("NOT ", occur),
                (Occur::Must, _) => ("+", occur),
                (Occur::Should, Style::And) => ("", Occur::Must),
                (Occur::Should, Style::Beside) if node.narrows() => ("", Occur::Must),
                (Occur::Should, _) => ("", occur),
            };
            (format!("{sign}{typed}"), clause(occur, node))
        };
        let (typed, clauses): (Vec<String>, Vec<Clause>) = clauses.into_iter().map(read).unzip();
        (typed.join(joiner), Group { clauses })
    }
}

fn clause(occur: Occur, node: Node) -> Clause {
    Clause {
        occur,
        implied: false,
        node,
        span: Span { start: 0, end: 0 },
    }
}

/// A group without what depends on how it was typed.
fn bare(group: Group) -> Group {
    let clauses = group.clauses.into_iter();
    let clauses = clauses.map(|Clause { occur, node, .. }| clause(occur, bare_node(node)));
    Group {
        clauses: clauses.collect(),
    }
}

fn bare_node(node: Node) -> Node {
    match node {
        Node::Group(group) => Node::Group(bare(group)),
        Node::Field {
            name,
            value: FieldValue::Text(text),
        } => Node::Field {
            name,
            value: FieldValue::Text(Box::new(bare_node(*text))),
        },
        other => other,
    }
}

fn occur() -> impl Strategy<Value = Occur> {
    prop_oneof![
        3 => Just(Occur::Should),
        1 => Just(Occur::Must),
        1 => Just(Occur::MustNot),
    ]
}

fn leaf() -> impl Strategy<Value = (Node, String)> {
    prop_oneof![
        "[a-z][a-z0-9_]{0,6}(-[a-z]+)?".prop_map(|word| (Node::Word(word.clone()), word)),
        "[a-z]{2,4}".prop_map(|word| (Node::Prefix(word.clone()), format!("{word}*"))),
        "[a-z][*?][a-z]{1,3}[*?]?".prop_map(|shape| (Node::Wildcard(shape.clone()), shape)),
        ("[a-z]{3,6}", 1..3_u8).prop_map(|(text, distance)| {
            let typed = format!("{text}~{distance}");
            (Node::Fuzzy { text, distance }, typed)
        }),
        "[a-z]{1,3}[+?]([|][a-z]{1,3})?"
            .prop_map(|expression| (Node::Regex(expression.clone()), format!("/{expression}/"))),
        ("[a-z]{1,4}( [a-zA-Z(:*-]{1,4}){0,3}", 0..3_u32).prop_map(|(text, slop)| {
            let suffix = if slop > 0 {
                format!("~{slop}")
            } else {
                String::new()
            };
            let typed = format!("\"{text}\"{suffix}");
            (Node::Phrase { text, slop }, typed)
        }),
    ]
}

fn group_of(node: impl Strategy<Value = (Node, String)>) -> impl Strategy<Value = (Node, String)> {
    let clause = (occur(), node).prop_map(|(occur, (node, typed))| (occur, node, typed));
    (style(), prop::collection::vec(clause, 1..4)).prop_map(|(style, clauses)| {
        let (typed, group) = style.group(clauses);
        (Node::Group(group), format!("({typed})"))
    })
}

fn nodes() -> impl Strategy<Value = (Node, String)> {
    let text = leaf().prop_recursive(2, 8, 3, group_of);
    let value = prop_oneof![
        text.prop_map(|(node, typed)| (FieldValue::Text(Box::new(node)), typed)),
        (comparison(), "[0-9]{1,4}").prop_map(|((op, sign), value)| {
            let typed = format!("{sign}{value}");
            (FieldValue::Compare { op, value }, typed)
        }),
        ("[0-9]{1,3}", prop::option::of("[0-9]{1,3}"), any::<bool>()).prop_map(
            |(from, to, dots)| {
                let (least, greatest) = (&from, to.as_deref());
                let typed = if dots {
                    format!("{least}..{}", greatest.unwrap_or(""))
                } else {
                    format!("[{least} TO {}]", greatest.unwrap_or("*"))
                };
                (
                    FieldValue::Range {
                        from: Some(from),
                        to,
                    },
                    typed,
                )
            }
        ),
    ];
    let field = ("f_[a-z]{1,4}(\\.[a-z]{1,3})?", value).prop_map(|(name, (value, typed))| {
        let typed = format!("{name}:{typed}");
        (Node::Field { name, value }, typed)
    });
    prop_oneof![2 => leaf(), 1 => field].prop_recursive(3, 24, 4, group_of)
}

fn comparison() -> impl Strategy<Value = (Comparison, &'static str)> {
    prop::sample::select(vec![
        (Comparison::Less, "<"),
        (Comparison::LessOrEqual, "<="),
        (Comparison::Greater, ">"),
        (Comparison::GreaterOrEqual, ">="),
        (Comparison::Equal, "="),
    ])
}

fn clauses() -> impl Strategy<Value = Vec<Typed>> {
    let clause = (occur(), nodes()).prop_map(|(occur, (node, typed))| (occur, node, typed));
    prop::collection::vec(clause, 1..5)
}
