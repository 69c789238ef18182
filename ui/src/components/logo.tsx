// The mosaic: nine tiles. A diagonal shines when the agent is awake; while it starts, tiles light up one after the other.
const EDGE = [1, 9, 17] as const;
const TILES = EDGE.flatMap((y) => EDGE.map((x) => ({ x, y })));
const CENTRE = 4;
const DIAGONAL: ReadonlySet<number> = new Set([0, 4, 8]);
/** Around the centre, clockwise: the order in which a start lights them. */
const ROUND = [0, 1, 2, 5, 8, 7, 6, 3] as const;
const DIM = 0.35;

export interface LogoProps {
  readonly size?: number;
  /** Between 0 and 1 while the agent starts. */
  readonly progress?: number;
}

export function Logo({ size = 24, progress }: LogoProps) {
  const lit = progress === undefined ? DIAGONAL : new Set<number>(ROUND.slice(0, Math.round(progress * ROUND.length)));
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
      {TILES.map(({ x, y }, index) => (
        <rect
          key={`${x}-${y}`}
          x={x}
          y={y}
          width={6}
          height={6}
          rx={1.5}
          fill={index === CENTRE ? "var(--mosaic-accent)" : "currentColor"}
          opacity={index === CENTRE || lit.has(index) ? 1 : DIM}
        />
      ))}
    </svg>
  );
}
