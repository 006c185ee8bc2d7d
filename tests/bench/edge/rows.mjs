// Rows of the table of `cargo xtask bench`.

export const quantile = (values, part) => {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
};

export const median = (values) => quantile(values, 0.5);

export const Row = {
  /** Figures of the same rounds; the ratio is the median of the rounds'. It may be `below`, which `goal` has in words. */
  pairs(name, unit, ours, theirs, peer, goal, below) {
    const ratio = median(ours.map((mine, round) => mine / theirs[round]));
    const reached = below === undefined ? {} : { goal, reached: ratio <= below };
    return { name, unit, ours: median(ours), peer, theirs: median(theirs), ratio, ...reached };
  },
};
