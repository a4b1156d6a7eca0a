<?php

declare(strict_types=1);

namespace FakturOtomatis;

use Throwable;
use WHMCS\Authentication\CurrentUser;

/** What the user before the screen may do in a client's account: its owner invites others and says what they may. */
final class Rights
{
    /** WHMCS's own words for its permissions. */
    public const SEE_FAKTURS = 'invoices';
    public const CHANGE_COMPANY = 'profile';
    private const ALL = [self::SEE_FAKTURS, self::CHANGE_COMPANY];

    /** @var array<int, self> menus and page ask in the same request */
    private static array $known = [];

    /** @param list<string> $granted */
    private function __construct(private readonly array $granted)
    {
    }

    public static function in(int $client): self
    {
        return self::$known[$client] ??= self::asked($client);
    }

    /** Whoever cannot be told to have a right has none. */
    private static function asked(int $client): self
    {
        try {
            $current = new CurrentUser();
            $user = (int) ($current->user()->id ?? 0);
            $account = $current->client();
            $owner = (int) ($account?->id ?? 0) === $client ? (int) ($account?->owner()->id ?? 0) : 0;
            if ($current->isMasqueradingAdmin() || ($user > 0 && $user === $owner)) {
                return new self(self::ALL);
            }
            $asked = ['user_id' => $user, 'client_id' => $client];
            return new self($user > 0 ? self::told(localAPI('GetUserPermissions', $asked)) : []);
        } catch (Throwable $thrown) {
            Log::failure('rights', $thrown);
            return new self([]);
        }
    }

    public function has(string $right): bool
    {
        return in_array($right, $this->granted, true);
    }

    public function hasAny(): bool
    {
        return $this->granted !== [];
    }

    /**
     * A list, inside a wrapper or not: the form of this answer is not published.
     *
     * @param array<string, mixed> $answer
     * @return list<string>
     */
    private static function told(array $answer): array
    {
        $told = [];
        $lists = (array) ($answer['permissions'] ?? []);
        array_walk_recursive($lists, static function ($word) use (&$told): void {
            $told = [...$told, ...explode(',', (string) $word)];
        });
        return array_values(array_intersect(self::ALL, $told));
    }
}
