import { text, type Text } from "../text";

/** What a seller's digest says of services that change hands. */

/** A service that was seen with another owner than before. */
export interface ToldMove {
  readonly service: string;
  readonly label: string | null;
  readonly from: string;
  readonly to: string;
  readonly ticket: string | null;
  readonly days: number;
  /** The old owner's unpaid invoices for it. */
  readonly unpaid: readonly string[];
  /** What the old owner still has under the same domain name. */
  readonly leftBehind: readonly string[];
}

/** A transfer of services in one line; its age is that of what it waits for. */
export interface ToldTransfer {
  readonly id: string;
  readonly services: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly ticket: string;
  readonly days: number;
}

/** What a morning says of a move: who has it now, what is unpaid, what stayed behind. */
export function moveLines(move: ToldMove): Text[] {
  const name = move.label === null ? move.service : `${move.service} ${move.label}`;
  const { from, to, days, ticket, unpaid, leftBehind } = move;
  const lines = [
    ticket === null
      ? text(
          `${name}: akun ${from} → ${to}, ${days} hari, belum diikat ke tiket`,
          `${name}: account ${from} → ${to}, ${days} days, not tied to a ticket`,
        )
      : text(
          `${name}: akun ${from} → ${to}, ${days} hari, tiket ${ticket}`,
          `${name}: account ${from} → ${to}, ${days} days, ticket ${ticket}`,
        ),
  ];
  if (unpaid.length > 0) {
    const named = unpaid.join(", ");
    lines.push(
      text(
        `${name}: akun lama ${from} belum membayar ${named}. Batalkan di portal bila akun baru yang membayar.`,
        `${name}: the old account ${from} has not paid ${named}. Cancel them in the portal if the new account pays.`,
      ),
    );
  }
  if (leftBehind.length > 0) {
    const named = leftBehind.join(", ");
    lines.push(
      text(
        `${name}: ${named} dengan nama domain yang sama masih di akun ${from}.`,
        `${name}: ${named} under the same domain name is still with account ${from}.`,
      ),
    );
  }
  return lines;
}

/** A transfer that waits for finance. */
export const undecidedLine = ({ services, from, to, days, id }: ToldTransfer): Text => {
  const named = services.join(", ");
  return text(
    `${named}: akun ${from} → ${to}, diminta ${days} hari lalu (${id})`,
    `${named}: account ${from} → ${to}, asked for ${days} days ago (${id})`,
  );
};

/** A ticket that a person has to answer. */
export const unansweredLine = ({ services, ticket, days, id }: ToldTransfer): Text => {
  const named = services.join(", ");
  return text(
    `Tiket ${ticket} (${named}): diputuskan ${days} hari lalu; salin jawabannya dan tandai (${id})`,
    `Ticket ${ticket} (${named}): decided ${days} days ago; copy the answer and mark it (${id})`,
  );
};

/** An approved transfer that nobody has carried out. */
export const overdueLine = ({ services, from, to, days, id }: ToldTransfer): Text => {
  const named = services.join(", ");
  return text(
    `${named}: akun ${from} → ${to}, disetujui ${days} hari lalu (${id})`,
    `${named}: account ${from} → ${to}, approved ${days} days ago (${id})`,
  );
};
