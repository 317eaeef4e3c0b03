//! Reads what can be read of YAML that no parser accepts, line by line.
//!
//! The structure comes from keys, dashes and indentation alone; each value is read by itself, so
//! that one value with a stray sign in it spoils nothing around it. A line that is neither a key
//! nor an item goes on with the value before it, because the usual reason for such a line is a
//! text that was broken without quotes.

use super::lines;
use super::tree::{Node, keep_first};

/// What came of a block.
pub(super) struct Rescued {
    /// The keys at the top.
    pub(super) root: Vec<(String, Node)>,
    /// The keys at the top that stood before, and were dropped.
    pub(super) repeated: Vec<String>,
    /// How many lines could not be made anything of.
    pub(super) lines_left_out: usize,
}

/// Deeper blocks are left out, which bounds the stack.
const DEEPEST: usize = 32;

/// Values that are given to the parser one by one; in a block with more of them, the rest are
/// taken as the text they are, which bounds the time.
const MOST_READ: usize = 2_000;

/// Reads a block of YAML; `read` is the parser for a single value, `None` where it fails.
pub(super) fn yaml(source: &str, read: &dyn Fn(&str) -> Option<Node>) -> Rescued {
    let lines = source.lines().map(Line::new).collect();
    let mut rescue = Rescue {
        lines,
        at: 0,
        depth: 0,
        read,
        reads_left: MOST_READ,
        lines_left_out: 0,
    };
    let mut root = Vec::new();
    while let Some(line) = rescue.peek() {
        root.extend(rescue.map(line.indent));
    }
    let mut repeated = Vec::new();
    let root = keep_first(root, |_, key| repeated.push(key.to_owned()));
    Rescued {
        root,
        repeated,
        lines_left_out: rescue.lines_left_out,
    }
}

/// A line without its indentation.
#[derive(Clone, Copy)]
struct Line<'t> {
    indent: usize,
    text: &'t str,
}

impl<'t> Line<'t> {
    fn new(line: &'t str) -> Self {
        let text = line.trim_start_matches([' ', '\t']);
        Self {
            indent: line.len() - text.len(),
            text: text.trim_end(),
        }
    }

    fn is_item(self) -> bool {
        lines::item_line(self.text).is_some()
    }

    fn is_key(self) -> bool {
        lines::name_line(self.text).is_some()
    }
}

struct Rescue<'t, 'r> {
    lines: Vec<Line<'t>>,
    at: usize,
    depth: usize,
    read: &'r dyn Fn(&str) -> Option<Node>,
    reads_left: usize,
    lines_left_out: usize,
}

impl<'t> Rescue<'t, '_> {
    /// The next line that is neither empty nor a comment.
    fn peek(&mut self) -> Option<Line<'t>> {
        while let Some(line) = self.lines.get(self.at) {
            if !line.text.is_empty() && !line.text.starts_with('#') {
                return Some(*line);
            }
            self.at += 1;
        }
        None
    }

    fn leave_out(&mut self) {
        self.lines_left_out += 1;
        self.at += 1;
    }

    /// Reads a map whose keys stand at this column. Takes at least one line, if the next one
    /// stands there.
    fn map(&mut self, column: usize) -> Vec<(String, Node)> {
        let mut map = Vec::new();
        while let Some(line) = self.peek().filter(|line| line.indent >= column) {
            match lines::name_line(line.text).filter(|_| line.indent == column) {
                Some(found) => {
                    self.at += 1;
                    let value = self.value(found.value, column);
                    map.push((found.key.trim().to_owned(), value));
                }
                None => self.leave_out(),
            }
        }
        map
    }

    /// Reads a list whose dashes stand at this column.
    fn list(&mut self, column: usize) -> Vec<Node> {
        let mut list = Vec::new();
        while let Some(line) = self.peek().filter(|line| line.indent >= column) {
            match lines::item_line(line.text) {
                Some((item, width)) if line.indent == column => {
                    let inner = Line {
                        indent: column + width,
                        text: item,
                    };
                    list.push(if inner.is_key() || inner.is_item() {
                        // The item goes on as a map or a list that starts on this very line.
                        self.lines[self.at] = inner;
                        self.block(column + 1)
                    } else {
                        self.at += 1;
                        self.value(item, column)
                    });
                }
                None if line.indent == column => break,
                _ => self.leave_out(),
            }
        }
        list
    }

    /// Reads the map, list or text on the next lines, if they stand at `column` or further in.
    fn block(&mut self, column: usize) -> Node {
        let Some(line) = self.peek().filter(|line| line.indent >= column) else {
            return Node::Null;
        };
        if self.depth == DEEPEST {
            self.leave_out();
            return Node::Null;
        }
        self.depth += 1;
        let node = if line.is_item() {
            Node::List(self.list(line.indent))
        } else if line.is_key() {
            Node::Map(self.map(line.indent))
        } else {
            self.at += 1;
            let text = self.continued(line.text, column);
            self.scalar(&text)
        };
        self.depth -= 1;
        node
    }

    /// Reads the value of a key or item at `column`, of which `inline` is what its line holds.
    fn value(&mut self, inline: &'t str, column: usize) -> Node {
        if inline.is_empty() || inline.starts_with('#') {
            // The dashes of a list may stand right below its key.
            let below = self
                .peek()
                .is_some_and(|line| line.indent == column && line.is_item());
            return self.block(if below { column } else { column + 1 });
        }
        if let Some(separator) = text_block(inline) {
            return Node::Text(self.indented(column).join(separator));
        }
        let text = self.continued(inline, column + 1);
        self.scalar(&text)
    }

    /// The lines of a text block below a key at `column`, empty ones among them.
    fn indented(&mut self, column: usize) -> Vec<&'t str> {
        let rest = &self.lines[self.at..];
        let len = rest
            .iter()
            .take_while(|line| line.text.is_empty() || line.indent > column);
        let mut lines: Vec<_> = len.map(|line| line.text).collect();
        self.at += lines.len();
        while lines.last().is_some_and(|line| line.is_empty()) {
            lines.pop();
        }
        lines
    }

    /// A text and the lines that go on with it, on one line.
    fn continued(&mut self, first: &str, column: usize) -> String {
        let mut text = first.to_owned();
        while let Some(line) = self.lines.get(self.at) {
            let goes_on = line.indent >= column || !(line.is_key() || line.is_item());
            if line.text.is_empty() || line.text.starts_with('#') || !goes_on {
                break;
            }
            text.push(' ');
            text.push_str(line.text);
            self.at += 1;
        }
        text
    }

    /// Reads a value that stands by itself; what the parser does not take for one value is text.
    fn scalar(&mut self, raw: &str) -> Node {
        let is_marker = ["---", "...", "%"]
            .iter()
            .any(|marker| raw.starts_with(marker));
        if self.reads_left > 0 && !is_marker {
            self.reads_left -= 1;
            match (self.read)(raw) {
                Some(Node::List(_)) if !raw.starts_with('[') => {}
                Some(Node::Map(_)) if !raw.starts_with('{') => {}
                Some(node) => return node,
                None => {}
            }
        }
        let unquoted = ['"', '\''].iter().find_map(|&quote| {
            raw.strip_prefix(quote)?
                .strip_suffix(quote)
                .filter(|inner| !inner.contains(quote))
        });
        Node::Text(unquoted.unwrap_or(raw).to_owned())
    }
}

/// What joins the lines of a text block, if `inline` announces one: `|`, `>-` and the like.
fn text_block(inline: &str) -> Option<&'static str> {
    let header = inline.split(" #").next()?.trim_end();
    let separator = match header.as_bytes().first()? {
        b'|' => "\n",
        b'>' => " ",
        _ => return None,
    };
    let rest = &header[1..];
    (rest.len() <= 2 && rest.bytes().all(|b| matches!(b, b'+' | b'-' | b'1'..=b'9')))
        .then_some(separator)
}
