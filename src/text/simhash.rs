//! Sums the hashes of a text's shingles to 64 bits, of which near texts differ in few (Charikar 2002).

/// A `SimHash` while it is summed up.
#[derive(Debug, Clone)]
pub struct SimHash {
    /// Of each bit, in how many hashes it is set; without the recent ones.
    ones: [u32; 64],
    hashes: u32,
    /// A byte a bit: bit 8 × `byte` + `shift` is counted in that byte of the lane of that shift.
    lanes: [u64; 8],
    recent: u8,
}

impl Default for SimHash {
    fn default() -> Self {
        Self {
            ones: [0; 64],
            hashes: 0,
            lanes: [0; 8],
            recent: 0,
        }
    }
}

impl SimHash {
    /// Adds a shingle by any hash of it.
    pub fn add(&mut self, hash: u64) {
        const A_BIT_OF_EACH_BYTE: u64 = 0x0101_0101_0101_0101;
        let hash = mix(hash);
        for (shift, lane) in self.lanes.iter_mut().enumerate() {
            *lane += hash >> shift & A_BIT_OF_EACH_BYTE;
        }
        self.recent += 1;
        if self.recent == u8::MAX {
            self.carry();
        }
    }

    /// How many shingles were added.
    pub fn shingles(&self) -> u32 {
        self.hashes + u32::from(self.recent)
    }

    /// The bits that more than half of the hashes have.
    pub fn bits(mut self) -> u64 {
        self.carry();
        let ones = self.ones.iter().enumerate();
        ones.fold(0, |all, (bit, &ones)| {
            all | u64::from(2 * u64::from(ones) > u64::from(self.hashes)) << bit
        })
    }

    /// Empties the lanes before a byte runs over.
    fn carry(&mut self) {
        for (bit, ones) in self.ones.iter_mut().enumerate() {
            *ones += u32::from(self.lanes[bit % 8].to_le_bytes()[bit / 8]);
        }
        self.hashes += u32::from(self.recent);
        (self.lanes, self.recent) = ([0; 8], 0);
    }
}

/// Spreads a hash over all bits (the finaliser of `SplitMix64`).
const fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bit_is_the_vote_of_all_hashes_however_many() {
        for count in [0, 1, 2, 254, 255, 256, 1_000] {
            let mut votes = [0_i32; 64];
            let mut sum = SimHash::default();
            for hash in 0..count {
                sum.add(hash);
                for (bit, vote) in votes.iter_mut().enumerate() {
                    *vote += if mix(hash) >> bit & 1 == 1 { 1 } else { -1 };
                }
            }
            assert_eq!(u64::from(sum.shingles()), count);
            let bits = sum.bits();
            for (bit, vote) in votes.iter().enumerate() {
                assert_eq!(bits >> bit & 1 == 1, *vote > 0, "bit {bit} of {count}");
            }
        }
    }
}
