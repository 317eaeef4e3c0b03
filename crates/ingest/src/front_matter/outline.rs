//! Where in the file the keys of a front matter stand.
//!
//! The parsers give values without places. The outline finds the places again by reading nothing
//! but keys, dashes and indentation, which is all the structure a front matter usually has. What
//! is written another way (a map in braces, say) is not found, and its place is that of the
//! nearest key around it.

use std::ops::Range;

use gleaner_store::Position;

use super::lines::{self, Format};
use super::tree::Step;

/// The keys and list items of a front matter, in the order of the file.
pub(crate) struct Outline<'t> {
    marks: Vec<Mark<'t>>,
    start: Position,
}

/// A key, or the dash of a list item.
struct Mark<'t> {
    /// Everything inside a value is deeper than its key. In YAML it is the column.
    depth: usize,
    at: Position,
    /// `None` for an item.
    key: Option<&'t str>,
}

/// The TOML table that the last header opened.
#[derive(Default)]
struct Table<'t> {
    /// The depth of its keys.
    depth: usize,
    /// The first part of its name.
    outermost: Option<&'t str>,
}

impl<'t> Outline<'t> {
    pub(super) fn new(source: &'t str, first_line: u32, format: Format) -> Self {
        let start = Position {
            line: first_line,
            column: 1,
        };
        let mut outline = Self {
            marks: Vec::new(),
            start,
        };
        let mut table = Table::default();
        for (line, text) in (first_line..).zip(source.lines()) {
            // Blanks are ASCII, so that bytes and characters count the same here.
            let rest = text.trim_start_matches([' ', '\t']);
            let indent = text.len() - rest.len();
            match format {
                Format::Yaml => outline.yaml_line(line, indent, rest),
                Format::Toml => {
                    let at = Position {
                        line,
                        column: indent as u32 + 1,
                    };
                    outline.toml_line(at, rest, &mut table);
                }
            }
        }
        outline
    }

    fn yaml_line(&mut self, line: u32, mut depth: usize, mut rest: &'t str) {
        while let Some((item, width)) = lines::item_line(rest) {
            self.marks.push(Mark {
                depth,
                at: Position {
                    line,
                    column: depth as u32 + 1,
                },
                key: None,
            });
            depth += width;
            rest = item;
        }
        if let Some(found) = lines::key_line(rest) {
            self.marks.push(Mark {
                depth,
                at: Position {
                    line,
                    column: depth as u32 + 1,
                },
                key: Some(found.key),
            });
        }
    }

    /// Keys have even depths here and items odd ones.
    fn toml_line(&mut self, at: Position, rest: &'t str, table: &mut Table<'t>) {
        if let Some((name, is_item)) = lines::toml_header(rest) {
            table.depth = 0;
            for part in name.split('.') {
                let key = Some(part.trim().trim_matches(['"', '\'']));
                // The next item of a list of tables repeats the name of the list, and so does a
                // table inside an item.
                if table.depth > 0 || key != table.outermost {
                    self.marks.push(Mark {
                        depth: table.depth,
                        at,
                        key,
                    });
                }
                if table.depth == 0 {
                    table.outermost = key;
                }
                table.depth += 2;
            }
            if is_item {
                self.marks.push(Mark {
                    depth: table.depth - 1,
                    at,
                    key: None,
                });
            }
        } else if let Some(found) = lines::toml_line(rest) {
            let parts = if rest.starts_with(['"', '\'']) {
                1
            } else {
                usize::MAX
            };
            for (i, part) in found.key.splitn(parts, '.').enumerate() {
                let depth = table.depth + 2 * i;
                self.marks.push(Mark {
                    depth,
                    at,
                    key: Some(part.trim()),
                });
            }
        }
    }

    /// Where the last step of `path` stands, or the innermost step before it that is found, or
    /// the first line.
    pub(crate) fn position(&self, path: &[Step]) -> Position {
        self.nth_position(path, 0)
    }

    /// As [`position`](Self::position), for a key that is there `nth` times before.
    pub(super) fn nth_position(&self, path: &[Step], nth: usize) -> Position {
        let mut at = self.start;
        let mut region = 0..self.marks.len();
        for (i, step) in path.iter().enumerate() {
            let skip = if i + 1 == path.len() { nth } else { 0 };
            let Some(found) = self.find(&region, step, skip) else {
                break;
            };
            at = self.marks[found].at;
            region = self.inside(found, region.end);
        }
        at
    }

    /// Where each item of a top-level key's list stands.
    pub(crate) fn items(&self, key: &str) -> Vec<Position> {
        let all = 0..self.marks.len();
        let Some(found) = self.find(&all, &Step::Key(key.to_owned()), 0) else {
            return Vec::new();
        };
        let list = &self.marks[self.inside(found, all.end)];
        let depth = list.first().map_or(0, |mark| mark.depth);
        let items = list
            .iter()
            .filter(|mark| mark.depth == depth && mark.key.is_none());
        items.map(|mark| mark.at).collect()
    }

    fn find(&self, region: &Range<usize>, step: &Step, skip: usize) -> Option<usize> {
        let depth = self.marks.get(region.clone())?.first()?.depth;
        let (key, skip) = match step {
            Step::Key(key) => (Some(key.as_str()), skip),
            Step::Item(index) => (None, skip + index),
        };
        region
            .clone()
            .filter(|&i| self.marks[i].depth == depth && self.marks[i].key == key)
            .nth(skip)
    }

    /// The marks inside the value of the mark at `found`.
    fn inside(&self, found: usize, end: usize) -> Range<usize> {
        let outer = &self.marks[found];
        let is_inside = |mark: &Mark<'_>| {
            // The dashes of a list may stand right below its key.
            mark.depth > outer.depth
                || (mark.depth == outer.depth && mark.key.is_none() && outer.key.is_some())
        };
        let start = found + 1;
        let len = self.marks[start..end]
            .iter()
            .take_while(|mark| is_inside(mark))
            .count();
        start..start + len
    }
}
