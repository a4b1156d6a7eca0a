<?php

declare(strict_types=1);

namespace FakturOtomatis;

/** The company of an account between the form, the service and the page. */
final class Company
{
    public const FIELDS = ['npwp', 'nitku', 'name', 'address', 'email'];
    private const JUDGED = ['status', 'statusAt', 'transactionCode', 'evidence', ...self::FIELDS];

    /**
     * What the form sent; an empty NITKU means the head office.
     *
     * @return array<string, string>
     */
    public static function posted(): array
    {
        $given = [];
        foreach (self::FIELDS as $field) {
            $given[$field] = Person::plain($_POST[$field] ?? '');
        }
        return $given;
    }

    /**
     * @param array<string, string> $given
     * @return array<string, string>
     */
    public static function body(array $given): array
    {
        return array_filter($given, static fn (string $value): bool => $value !== '');
    }

    /** Whether the tab has changed since the page was made that this form came from. */
    public static function isStale(Reply $now): bool
    {
        // A service that does not answer refuses the form itself.
        $known = $now->ok || self::isUnseen($now);
        return $known && Person::plain($_POST['faktur_otomatis_seen'] ?? '') !== self::seen($now);
    }

    /** Whether the service has never seen the account; the 404 of a proxy says nothing of that. */
    private static function isUnseen(Reply $reply): bool
    {
        return $reply->status === 404 && ($reply->json['code'] ?? null) === 'not_found';
    }

    /** What tells the tab as a page shows it from the tab as it stands. */
    private static function seen(Reply $reply): string
    {
        $tab = (array) ($reply->json['npwp'] ?? []);
        $judged = array_map(static fn (string $field): string => (string) ($tab[$field] ?? ''), self::JUDGED);
        return hash('sha256', (string) json_encode($judged));
    }

    /**
     * The account as the pages show it: the same keys, whatever the service has answered.
     *
     * @return array<string, mixed>
     */
    public static function view(Reply $reply, Words $words): array
    {
        $tab = (array) ($reply->json['npwp'] ?? []);
        $status = (string) ($tab['status'] ?? 'none');
        // An account that the service has never seen has no company, and nothing else is wrong.
        $unseen = self::isUnseen($reply);
        $will = $reply->json['willGetFaktur'] ?? null;
        $reasons = $unseen
            ? [['message' => $words->say('not_yet'), 'fix' => $words->say('not_yet_fix')]]
            : (array) ($will['reasons'] ?? []);
        return [
            'known' => $reply->ok || $unseen,
            'problems' => $reply->ok || $unseen ? [] : $reply->told,
            'status' => $status,
            'seen' => self::seen($reply),
            'status_word' => $words->say("status_$status"),
            'status_at' => substr((string) ($tab['statusAt'] ?? ''), 0, 10),
            'will' => ($will['yes'] ?? false) === true,
            'reasons' => $reasons,
            'company' => $tab,
            'other_identity' => ($tab['identity']['document'] ?? 'TIN') !== 'TIN',
            'register' => $tab['register'] ?? null,
            'fields' => array_map(
                static fn (string $field): string => (string) ($tab[$field] ?? ''),
                array_combine(self::FIELDS, self::FIELDS),
            ),
        ];
    }

    /**
     * Rows for the table of fakturs.
     *
     * @param list<array<string, mixed>> $fakturs
     * @return list<array<string, mixed>>
     */
    public static function rows(array $fakturs, Words $words): array
    {
        return array_map(static fn (array $one): array => [
            'id' => (string) $one['id'],
            'date' => (string) $one['date'],
            'invoice' => (string) ($one['invoiceNumber'] ?? '') ?: (string) $one['invoiceId'],
            'invoice_id' => (string) $one['invoiceId'],
            'nsfp' => (string) ($one['nsfp'] ?? ''),
            'dpp' => self::rupiah((string) $one['totals']['dpp']),
            'ppn' => self::rupiah((string) $one['totals']['ppn']),
            'state' => (string) $one['state'],
            'state_word' => $words->say('state_' . $one['state']),
            'has_pdf' => ($one['pdf'] ?? null) !== null,
        ], $fakturs);
    }

    /** `1110000` as people write it; no arithmetic is done here. */
    private static function rupiah(string $digits): string
    {
        return 'Rp ' . preg_replace('/(?<=\d)(?=(\d{3})+$)/', '.', $digits);
    }
}
