//! Many byte strings that grow side by side in one allocation.
//!
//! A string is a chain of chunks, each twice as large as the one before up to a bound, so that short
//! strings waste little and long ones are read in long pieces.

const FIRST_CHUNK_BYTES: usize = 12;
const LARGEST_CHUNK_BYTES: usize = 1 << 12;
/// Room at the end of a chunk for the address of the next one.
const LINK_BYTES: usize = 4;

/// Where the chunks are.
#[derive(Default)]
pub(super) struct Arena(Vec<u8>);

/// One byte string; empty at first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain {
    head: u32,
    tail: u32,
    /// Bytes left in the last chunk.
    left: u16,
    /// Bytes of the last chunk, without its link.
    size: u16,
}

impl Chain {
    pub(super) const EMPTY: Self = Self {
        head: 0,
        tail: 0,
        left: 0,
        size: 0,
    };
}

impl Arena {
    /// Bytes taken.
    pub(super) fn bytes(&self) -> usize {
        self.0.len()
    }

    /// Adds a number to a string, seven bits a byte, the lowest first.
    #[inline]
    pub(super) fn push(&mut self, chain: &mut Chain, mut number: u32) {
        while number >= 0x80 {
            self.push_byte(chain, number as u8 | 0x80);
            number >>= 7;
        }
        self.push_byte(chain, number as u8);
    }

    #[inline]
    fn push_byte(&mut self, chain: &mut Chain, byte: u8) {
        if chain.left == 0 {
            self.grow(chain);
        }
        self.0[chain.tail as usize] = byte;
        chain.tail += 1;
        chain.left -= 1;
    }

    #[cold]
    fn grow(&mut self, chain: &mut Chain) {
        let size = if chain.size == 0 {
            FIRST_CHUNK_BYTES
        } else {
            (usize::from(chain.size) * 2).min(LARGEST_CHUNK_BYTES)
        };
        let at = self.0.len();
        self.0.resize(at + size + LINK_BYTES, 0);
        let at = u32::try_from(at).expect("the budget of a run is far below 4 GiB");
        if chain.size == 0 {
            chain.head = at;
        } else {
            self.0[chain.tail as usize..][..LINK_BYTES].copy_from_slice(&at.to_le_bytes());
        }
        chain.tail = at;
        chain.size = size as u16;
        chain.left = size as u16;
    }

    /// The byte at which a string goes on.
    #[inline]
    pub(super) fn at_end(&self, chain: &Chain) -> u8 {
        self.0.get(chain.tail as usize).copied().unwrap_or(0)
    }

    /// Appends the bytes of a string to `bytes`.
    pub(super) fn read(&self, chain: &Chain, bytes: &mut Vec<u8>) {
        let (mut at, mut size) = (chain.head as usize, FIRST_CHUNK_BYTES);
        if chain.size == 0 {
            return;
        }
        loop {
            let rest = &self.0[at..];
            if at + size == chain.tail as usize + usize::from(chain.left) {
                bytes.extend_from_slice(&rest[..size - usize::from(chain.left)]);
                return;
            }
            bytes.extend_from_slice(&rest[..size]);
            let link = &rest[size..size + LINK_BYTES];
            at = u32::from_le_bytes([link[0], link[1], link[2], link[3]]) as usize;
            size = (size * 2).min(LARGEST_CHUNK_BYTES);
        }
    }
}

/// Appends a number as [`Arena::push`] writes it.
pub(super) fn push_number(mut number: u32, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// The numbers that [`Arena::push`] wrote.
pub(super) struct Numbers<'a>(pub(super) &'a [u8]);

impl Iterator for Numbers<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
            shift += 7;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_side_by_side_is_read_again(
            writes in prop::collection::vec((0..4_usize, any::<u32>(), 1..200_usize), 0..100),
        ) {
            let mut arena = Arena::default();
            let mut chains = [Chain::EMPTY; 4];
            let mut wanted: [Vec<u32>; 4] = Default::default();
            for (i, number, times) in writes {
                for number in std::iter::repeat_n(number >> (number % 32), times) {
                    arena.push(&mut chains[i], number);
                    wanted[i].push(number);
                }
            }
            for (chain, wanted) in chains.iter().zip(wanted) {
                let mut bytes = Vec::new();
                arena.read(chain, &mut bytes);
                prop_assert_eq!(Numbers(&bytes).collect::<Vec<_>>(), wanted);
            }
        }
    }
}
