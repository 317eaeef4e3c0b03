//! What a query says, before anything is known of the index it is put to.

use std::borrow::Cow;
use std::fmt;

/// A byte range in the query text, always on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte; never less than `start`.
    pub end: usize,
}

/// Clauses side by side.
///
/// An article matches when every [`Occur::Must`] clause matches, no [`Occur::MustNot`] clause does
/// and, where there is no `Must`, at least one [`Occur::Should`] clause matches. A group that holds
/// nothing but `MustNot` clauses stands for everything else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Group {
    /// The clauses in the order they were typed. Only the root of a query may be empty.
    pub clauses: Vec<Clause>,
}

/// One part of a query, and whether an article needs it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Clause {
    /// Whether an article needs it.
    pub occur: Occur,
    /// Whether nobody typed an operator for this clause, so that `occur` is what the language
    /// assumes: `Must` for what narrows (fields, quoted phrases, groups of nothing else), `Should`
    /// for the rest. A reader that finds a field unknown can then treat it as the words it is.
    pub implied: bool,
    /// What to look for.
    pub node: Node,
    /// The text it was read from: quotes, parentheses, field name and `~5` included, the sign or
    /// operator word before it left out. Reading exactly this text as words is always sensible.
    pub span: Span,
}

/// Whether an article needs a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Occur {
    /// It counts towards the score.
    Should,
    /// An article without it is no hit.
    Must,
    /// An article with it is no hit.
    MustNot,
}

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Node {
    /// A word exactly as typed, joiners and punctuation included: `JUNG_E`, `don't`, `C++`,
    /// `https://x.y/z`, `teaser,`. It holds no blank and at least one letter, digit or symbol; only
    /// quotes at its ends are taken off. What it means in the index is for the analysis to say.
    Word(String),
    /// The beginning of a word, without the star: `bra*` is `bra`.
    Prefix(String),
    /// A whole word in which `*` stands for any characters and `?` for one: `b?a*n`.
    Wildcard(String),
    /// A word and what differs from it by a few edits: `ryoo~2`.
    Fuzzy {
        /// The word as typed, without the tilde.
        text: String,
        /// How many letters may be wrong, missing, too many or swapped with the next: 1 or 2.
        distance: u8,
    },
    /// A regular expression for whole words, without its slashes: `/colou?r/`. Whether it can be
    /// read is not known here.
    Regex(String),
    /// Words in this order, `"…"` or `"…"~5`.
    Phrase {
        /// What stood between the quotes.
        text: String,
        /// How many positions the words may be off in all; 0 asks for exactly this phrase.
        slop: u32,
    },
    /// Words of the index at these places, any of several at each, in every form. No text is read as
    /// this: it stands for a word or phrase with a word that no article has.
    Variants {
        /// Place of each word within the phrase, and the words that may stand there.
        cells: Vec<(u32, Vec<String>)>,
        /// As that of a phrase.
        slop: u32,
    },
    /// A condition on one field, `name:value`. Whether there is such a field is not known here.
    Field {
        /// The name as typed.
        name: String,
        /// What the field must hold.
        value: FieldValue,
    },
    /// A parenthesised group, or the operands of `AND` or `OR` beside other clauses.
    Group(Group),
}

/// What a field must hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FieldValue {
    /// Text: any node but a [`Node::Field`]. Of a [`Node::Group`], each leaf is sought in the field:
    /// `topics:(AI OR film)`.
    Text(Box<Node>),
    /// `quality:>=50`, `date:<2020`, `quality:=52`.
    Compare {
        /// How the field must compare to the value.
        op: Comparison,
        /// The value as typed, without quotes.
        value: String,
    },
    /// `heat:50..80`, `heat:50..`, `heat:..80`, `heat:[50 TO 80]`: both ends belong to it, and at
    /// least one is there.
    Range {
        /// The least value, as typed.
        from: Option<String>,
        /// The greatest value, as typed.
        to: Option<String>,
    },
}

/// How a field must compare to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `=`
    Equal,
}

impl Group {
    fn without_places(&self) -> Self {
        let clauses = self.clauses.iter().map(|clause| Clause {
            node: clause.node.without_places().into_owned(),
            span: Span { start: 0, end: 0 },
            ..*clause
        });
        Self {
            clauses: clauses.collect(),
        }
    }
}

impl Clause {
    /// Whether the clause says which articles are wanted at all rather than which are better: an
    /// exclusion, a field, a quoted phrase, or a group of nothing else.
    pub(super) fn narrows(&self) -> bool {
        self.occur == Occur::MustNot || self.node.narrows()
    }
}

impl Node {
    /// The clauses in parentheses that it is, or that its field must hold: of `(a b)` and of `title:(a b)`.
    pub fn group(&self) -> Option<&Group> {
        match self {
            Node::Group(group) => Some(group),
            Node::Field {
                value: FieldValue::Text(node),
                ..
            } => node.group(),
            _ => None,
        }
    }

    /// What was typed of a leaf, without its signs; nothing of fields and groups.
    pub(crate) fn text(&self) -> &str {
        match self {
            Node::Word(text)
            | Node::Prefix(text)
            | Node::Wildcard(text)
            | Node::Fuzzy { text, .. }
            | Node::Regex(text)
            | Node::Phrase { text, .. } => text,
            Node::Variants { .. } | Node::Field { .. } | Node::Group(_) => "",
        }
    }

    /// The same wherever it stands: groups that are alike in all but the places of their clauses are equal.
    pub(crate) fn without_places(&self) -> Cow<'_, Self> {
        match self {
            Node::Group(group) => Cow::Owned(Node::Group(group.without_places())),
            Node::Field { name, value } => match value {
                FieldValue::Text(node) if matches!(**node, Node::Group(_)) => {
                    let value = FieldValue::Text(Box::new(node.without_places().into_owned()));
                    let name = name.clone();
                    Cow::Owned(Node::Field { name, value })
                }
                _ => Cow::Borrowed(self),
            },
            _ => Cow::Borrowed(self),
        }
    }

    /// Whether it is a word, or stands for words.
    pub(crate) fn is_word(&self) -> bool {
        !matches!(
            self,
            Node::Phrase { .. } | Node::Field { .. } | Node::Group(_)
        )
    }

    /// As [`Clause::narrows`], for what has no sign of its own yet.
    pub(super) fn narrows(&self) -> bool {
        match self {
            Node::Word(_)
            | Node::Prefix(_)
            | Node::Wildcard(_)
            | Node::Fuzzy { .. }
            | Node::Regex(_) => false,
            Node::Variants { cells, .. } => cells.len() > 1,
            Node::Phrase { .. } | Node::Field { .. } => true,
            Node::Group(group) => group.clauses.iter().all(Clause::narrows),
        }
    }
}

/// Writes the clauses as they were understood, for people and for tests:
/// `+(phrase "train to busan") brain -teaser`.
impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, clause) in self.clauses.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            match clause.occur {
                Occur::Should => {}
                Occur::Must => f.write_str("+")?,
                Occur::MustNot => f.write_str("-")?,
            }
            write!(f, "{}", clause.node)?;
        }
        Ok(())
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Node::Word(text) => f.write_str(text),
            Node::Prefix(text) => write!(f, "(prefix {text})"),
            Node::Wildcard(text) => write!(f, "(wildcard {text})"),
            Node::Fuzzy { text, distance } => write!(f, "(fuzzy {text} {distance})"),
            Node::Regex(text) => write!(f, "(regex {text})"),
            Node::Phrase { text, slop: 0 } => write!(f, "(phrase \"{text}\")"),
            Node::Phrase { text, slop } => write!(f, "(phrase \"{text}\" ~{slop})"),
            Node::Variants { cells, .. } => {
                f.write_str("(variants")?;
                let mut words = cells.iter().map(|(_, words)| words.join("|"));
                words.try_for_each(|words| write!(f, " {words}"))?;
                f.write_str(")")
            }
            Node::Field { name, value } => write!(f, "(field {name} {value})"),
            Node::Group(group) => write!(f, "(group {group})"),
        }
    }
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FieldValue::Text(node) => write!(f, "{node}"),
            FieldValue::Compare { op, value } => write!(f, "{op} {value}"),
            FieldValue::Range { from, to } => {
                let from = from.as_deref().unwrap_or("");
                let to = to.as_deref().unwrap_or("");
                write!(f, "[{from}..{to}]")
            }
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
            Comparison::Equal => "=",
        })
    }
}
