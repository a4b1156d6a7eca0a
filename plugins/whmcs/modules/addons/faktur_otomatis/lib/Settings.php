<?php

declare(strict_types=1);

namespace FakturOtomatis;

use WHMCS\Database\Capsule;

/** What an administrator has entered under Addon Modules. */
final class Settings
{
    /** @param list<int> $activators admin roles that may switch the NPWP tab */
    private function __construct(
        public readonly string $url,
        public readonly string $portal,
        public readonly string $secret,
        public readonly string $token,
        public readonly float $timeout,
        public readonly array $activators,
        public readonly string $language,
    ) {
    }

    public static function read(): self
    {
        $rows = Capsule::table('tbladdonmodules')->where('module', 'faktur_otomatis')->get(['setting', 'value']);
        $values = [];
        foreach ($rows as $row) {
            $values[$row->setting] = (string) $row->value;
        }
        return self::of($values);
    }

    /** @param array<string, mixed> $values */
    public static function of(array $values): self
    {
        $value = static fn (string $name): string =>
            trim(html_entity_decode((string) ($values[$name] ?? ''), ENT_QUOTES | ENT_HTML5, 'UTF-8'));
        preg_match_all('/\d+/', $value('activators'), $roles);
        $seconds = (float) str_replace(',', '.', $value('timeout'));
        return new self(
            rtrim($value('service_url'), '/'),
            $value('portal'),
            $value('hook_secret'),
            $value('api_token'),
            $seconds > 0 ? min(max($seconds, 0.2), 10.0) : 2.0,
            array_map('intval', $roles[0]),
            strtolower($value('language')),
        );
    }

    /**
     * Names of the entries that are missing or cannot be right.
     *
     * @return list<string>
     */
    public function faults(): array
    {
        $right = [
            'service_url' => preg_match('~^https?://[^\s/?#]+(/[^\s?#]*)?$~i', $this->url) === 1,
            'portal' => preg_match('/^\S{1,64}$/', $this->portal) === 1,
            'hook_secret' => Signature::key($this->secret) !== null,
            'api_token' => preg_match('/^[\x21-\x7e]{20,200}$/', $this->token) === 1,
        ];
        return array_keys(array_filter($right, static fn (bool $one): bool => !$one));
    }

    /** A token must not cross a network in the open. */
    public function isOpen(): bool
    {
        $host = (string) parse_url($this->url, PHP_URL_HOST);
        $near = preg_match('/^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\])/', $host) === 1;
        return stripos($this->url, 'http:') === 0 && !$near;
    }
}
