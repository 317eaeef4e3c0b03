//! The values a front matter holds, and how they are taken over from a parser within bounds.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};

/// A value of the front matter, free of any parser's types.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number; NaN and the infinities are text.
    Float(f64),
    /// Text, and what no other kind can hold exactly.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys and values in the order of the file, no key twice.
    Map(Vec<(String, Node)>),
}

/// A step from a value to one inside it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// To the value of a key.
    Key(String),
    /// To an item of a list, counted from 0.
    Item(usize),
}

/// What one front matter may grow to, and the keys that were met twice on the way.
///
/// Aliases can make a short text stand for a huge tree; the parser bounds how often it follows
/// one, but not what that costs. The bounds are far above what the longest front matter that is
/// read can hold without aliases.
pub(super) struct Reading {
    values_left: Cell<usize>,
    bytes_left: Cell<usize>,
    repeated: RefCell<Vec<Vec<Step>>>,
}

/// Why a tree that outgrows its bounds is not read.
pub(super) const TOO_MUCH: &str = "its aliases stand for far more text than the file has";

/// Most values of one front matter, keys not counted.
const MOST_VALUES: usize = 200_000;

/// Most bytes of text in one front matter, keys counted.
const MOST_BYTES: usize = 1 << 20;

impl Reading {
    pub(super) fn new() -> Self {
        Self {
            values_left: Cell::new(MOST_VALUES),
            bytes_left: Cell::new(MOST_BYTES),
            repeated: RefCell::default(),
        }
    }

    /// What to hand to a deserializer to get a [`Node`].
    pub(super) fn seed(&self) -> impl for<'de> DeserializeSeed<'de, Value = Node> {
        Seed {
            reading: self,
            trail: &Trail::Root,
        }
    }

    /// The keys that stand twice in one map, in the order of the file.
    pub(super) fn into_repeated(self) -> Vec<Vec<Step>> {
        self.repeated.into_inner()
    }

    /// Pays for a value of this many bytes.
    fn spend<E: de::Error>(&self, bytes: usize) -> Result<(), E> {
        let values = self.values_left.get().checked_sub(1);
        let bytes = self.bytes_left.get().checked_sub(bytes);
        let (Some(values), Some(bytes)) = (values, bytes) else {
            return Err(E::custom(TOO_MUCH));
        };
        self.values_left.set(values);
        self.bytes_left.set(bytes);
        Ok(())
    }

    fn text<E: de::Error>(&self, text: impl Into<String> + AsRef<str>) -> Result<Node, E> {
        self.spend(text.as_ref().len())?;
        Ok(Node::Text(text.into()))
    }
}

/// The way from the root to the value that is being read, kept on the stack.
#[derive(Clone, Copy)]
enum Trail<'a> {
    Root,
    Key(&'a Trail<'a>, &'a str),
    Item(&'a Trail<'a>, usize),
}

impl Trail<'_> {
    fn steps(&self) -> Vec<Step> {
        let (mut steps, parent) = match self {
            Self::Root => return Vec::new(),
            Self::Key(parent, key) => (parent.steps(), Step::Key((*key).to_owned())),
            Self::Item(parent, index) => (parent.steps(), Step::Item(*index)),
        };
        steps.push(parent);
        steps
    }
}

#[derive(Clone, Copy)]
struct Seed<'a> {
    reading: &'a Reading,
    trail: &'a Trail<'a>,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        self.reading.spend(0)?;
        Ok(Node::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Node, E> {
        self.visit_unit()
    }

    fn visit_bool<E: de::Error>(self, truth: bool) -> Result<Node, E> {
        self.reading.spend(0)?;
        Ok(Node::Bool(truth))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Node, E> {
        self.reading.spend(0)?;
        Ok(Node::Integer(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Node, E> {
        match i64::try_from(number) {
            Ok(number) => self.visit_i64(number),
            Err(_) => self.reading.text(number.to_string()),
        }
    }

    fn visit_i128<E: de::Error>(self, number: i128) -> Result<Node, E> {
        self.reading.text(number.to_string())
    }

    fn visit_u128<E: de::Error>(self, number: u128) -> Result<Node, E> {
        self.reading.text(number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Node, E> {
        if !number.is_finite() {
            let sign = if number.is_sign_negative() && !number.is_nan() {
                "-"
            } else {
                ""
            };
            let name = if number.is_nan() { "nan" } else { "inf" };
            return self.reading.text(format!("{sign}.{name}"));
        }
        self.reading.spend(0)?;
        Ok(Node::Float(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Node, E> {
        self.reading.text(text)
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Node, E> {
        self.reading.text(text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        self.reading.spend(0)?;
        let mut list = Vec::new();
        loop {
            let trail = Trail::Item(self.trail, list.len());
            match items.next_element_seed(Seed {
                trail: &trail,
                ..self
            })? {
                Some(item) => list.push(item),
                None => return Ok(Node::List(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        self.reading.spend(0)?;
        let mut map = Vec::new();
        let mut merged = Vec::new();
        // A key is asked for as text, which a number or a truth value is as well, to the letter.
        while let Some(mut key) = entries.next_key::<String>()? {
            self.reading.spend(key.len())?;
            trim(&mut key);
            let trail = Trail::Key(self.trail, &key);
            let value = entries.next_value_seed(Seed {
                trail: &trail,
                ..self
            })?;
            match value {
                Node::Map(inner) if key == "<<" => merged.extend(inner),
                Node::List(maps) if key == "<<" => {
                    merged.extend(maps.into_iter().flat_map(entries_of));
                }
                value => map.push((key, value)),
            }
        }
        let own = map.len();
        map.extend(merged);
        let map = keep_first(map, |index, key| {
            // A key beside a merged one is not repeated: it takes precedence over it.
            if index < own {
                let trail = Trail::Key(self.trail, key);
                self.reading.repeated.borrow_mut().push(trail.steps());
            }
        });
        Ok(Node::Map(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Node, A::Error> {
        // A tag such as `!date` is an application's own; the value under it is what was written.
        let (_, value) = tagged.variant::<de::IgnoredAny>()?;
        value.newtype_variant_seed(self)
    }
}

/// A key in quotes may have blanks at its ends, which no one means.
fn trim(key: &mut String) {
    if key.starts_with(char::is_whitespace) || key.ends_with(char::is_whitespace) {
        *key = key.trim().to_owned();
    }
}

fn entries_of(node: Node) -> Vec<(String, Node)> {
    if let Node::Map(entries) = node {
        entries
    } else {
        Vec::new()
    }
}

/// Drops the entries whose key stood before, telling each by its index and key.
pub(super) fn keep_first(
    entries: Vec<(String, Node)>,
    mut repeated: impl FnMut(usize, &str),
) -> Vec<(String, Node)> {
    let mut by_key: Vec<usize> = (0..entries.len()).collect();
    by_key.sort_by(|&a, &b| entries[a].0.cmp(&entries[b].0));
    let mut again: Vec<usize> = by_key
        .windows(2)
        .filter(|pair| entries[pair[0]].0 == entries[pair[1]].0)
        .map(|pair| pair[1])
        .collect();
    if again.is_empty() {
        return entries;
    }
    again.sort_unstable();
    let mut again = again.into_iter().peekable();
    let mut kept = Vec::with_capacity(entries.len());
    for (index, entry) in entries.into_iter().enumerate() {
        if again.next_if_eq(&index).is_some() {
            repeated(index, &entry.0);
        } else {
            kept.push(entry);
        }
    }
    kept
}
