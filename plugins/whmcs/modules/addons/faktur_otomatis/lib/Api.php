<?php

declare(strict_types=1);

namespace FakturOtomatis;

use Throwable;

/** The service's API, as one person of this portal: `admin:3` or `client:77`. */
final class Api
{
    /** A page may wait longer than a payment: switching the tab on asks the tax register. */
    public const PAGE_SECONDS = 6.0;

    public function __construct(
        private readonly Settings $settings,
        private readonly string $onBehalfOf,
        private readonly Words $words,
        private readonly float $seconds = self::PAGE_SECONDS,
    ) {
    }

    public function account(int $client): Reply
    {
        return $this->call('GET', $this->path($client));
    }

    public function fakturs(int $client, int $limit, string $cursor = ''): Reply
    {
        $query = http_build_query(['limit' => $limit] + ($cursor === '' ? [] : ['cursor' => $cursor]));
        return $this->call('GET', $this->path($client) . "/fakturs?$query");
    }

    /**
     * Enters the company of an account, which is made when the service has never seen it.
     *
     * @param array{name: string, email: string} $account as WHMCS knows the client
     * @param array<string, string> $company
     */
    public function enter(int $client, array $account, array $company): Reply
    {
        $made = $this->call('PUT', $this->path($client), $account);
        return $made->ok ? $this->call('PUT', $this->path($client) . '/npwp', $company) : $made;
    }

    /** @param 'activate'|'suspend' $move */
    public function move(int $client, string $move, string $reason): Reply
    {
        $body = $reason === '' ? (object) [] : ['reason' => $reason];
        return $this->call('POST', $this->path($client) . "/npwp/$move", $body);
    }

    /**
     * The PDF of a faktur of this very account, and of no other: the service looks at both.
     *
     * @return resource|null a file to read from the beginning; null when there is none or it came damaged
     */
    public function pdf(int $client, string $faktur)
    {
        $file = fopen('php://temp', 'w+b');
        if ($file === false || preg_match('/^[A-Za-z0-9_-]{1,64}$/', $faktur) !== 1) {
            return null;
        }
        $path = $this->path($client) . '/fakturs/' . rawurlencode($faktur) . '/pdf';
        $answer = $this->send('GET', $path, null, $file);
        rewind($file);
        $hash = hash_init('sha256');
        hash_update_stream($hash, $file);
        if ($answer->status !== 200 || !hash_equals($answer->etag, hash_final($hash))) {
            return null;
        }
        rewind($file);
        return $file;
    }

    /**
     * Whether the address, the token and the secret are right, each with a word of `lang/`, and why nothing was reached.
     *
     * @return array<string, array{verdict: string, cause: string}> by what was tried
     */
    public function check(): array
    {
        $portal = rawurlencode($this->settings->portal);
        $list = $this->send('GET', "/fakturs?limit=1&portal=$portal", null);
        $connection = json_decode($this->send('GET', "/portals/$portal", null)->body, true);
        // What listens to another kind of portal takes our words, and makes nothing of them.
        if (is_array($connection) && ($connection['kind'] ?? 'whmcs') !== 'whmcs') {
            $wrong = ['verdict' => 'wrong_kind', 'cause' => ''];
            return ['check_token' => $wrong, 'check_hook' => $wrong];
        }
        // A token that may look at the sellers is one of the whole service.
        $isFree = $list->status === 200 && $this->send('GET', '/sellers', null)->status === 200;
        $body = '{"type":"connection.test","timestamp":"' . gmdate('Y-m-d\TH:i:s\Z') . '","data":{}}';
        $id = 'whmcs_test_' . bin2hex(random_bytes(8));
        $signed = Signature::headers($this->settings->secret, $id, time(), $body);
        $hook = Http::send(
            'POST',
            $this->settings->url . "/hooks/$portal",
            ['Content-Type: application/json', ...$signed],
            $body,
            self::PAGE_SECONDS,
        );
        $token = $isFree ? 'token_too_wide' : self::verdict($list);
        $secret = $hook->isDone() && !$hook->isTaken() ? 'odd_answer' : self::verdict($hook);
        $causes = ['unreachable', 'odd_answer'];
        return [
            'check_token' => ['verdict' => $token, 'cause' => in_array($token, $causes, true) ? $list->inShort() : ''],
            'check_hook' => ['verdict' => $secret, 'cause' => in_array($secret, $causes, true) ? $hook->inShort() : ''],
        ];
    }

    private static function verdict(HttpAnswer $answer): string
    {
        return match (true) {
            $answer->isDone() => 'fine',
            $answer->status === 0 => 'unreachable',
            $answer->status === 401 => 'unauthorized',
            $answer->status === 403 => 'forbidden',
            $answer->isAbsent() => 'portal_unknown',
            default => 'odd_answer',
        };
    }

    /** @param array<string, mixed>|object|null $body */
    private function call(string $method, string $path, $body = null): Reply
    {
        $answer = $this->send($method, $path, $body);
        $json = json_decode($answer->body, true);
        $json = is_array($json) ? $json : [];
        if ($answer->isDone() && $json !== []) {
            return new Reply(true, $answer->status, $json, []);
        }
        $told = [(string) ($json['detail'] ?? $this->words->say($answer->status === 0 ? 'unreachable' : 'odd_answer'))];
        foreach ((array) ($json['faults'] ?? []) as $fault) {
            $told[] = $this->field((string) ($fault['path'] ?? '')) . ($fault['message'] ?? '');
        }
        return new Reply(false, $answer->status, $json, $told);
    }

    /** `/email` as the form calls it. */
    private function field(string $pointer): string
    {
        $label = $this->words->find('field_' . ltrim($pointer, '/'));
        return $label === '' ? '' : "$label: ";
    }

    /**
     * @param array<string, mixed>|object|null $body
     * @param resource|null $file
     */
    private function send(string $method, string $path, $body, $file = null): HttpAnswer
    {
        try {
            $headers = [
                'Authorization: Bearer ' . $this->settings->token,
                'Faktur-On-Behalf-Of: ' . $this->onBehalfOf,
                'Accept-Language: ' . $this->words->code,
                'Content-Type: application/json',
            ];
            $sent = $body === null ? null : json_encode($body, JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
            $url = $this->settings->url . '/api/v1' . $path;
            $answer = Http::send($method, $url, $headers, $sent, $this->seconds, $file);
            Log::call("$method $path", '', $answer);
            return $answer;
        } catch (Throwable $thrown) {
            Log::failure("$method $path", $thrown);
            return new HttpAnswer(0, '', '', 'not sent');
        }
    }

    private function path(int $client): string
    {
        return '/accounts/' . rawurlencode($this->settings->portal) . "/$client";
    }
}
