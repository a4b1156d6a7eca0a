<?php

declare(strict_types=1);

namespace FakturOtomatis;

/** What came back; status 0 when nothing did. */
final class HttpAnswer
{
    private const TAKEN = ['accepted', 'duplicate', 'ignored'];
    private const FINAL = [400 => 'malformed', 413 => 'too_large', 415 => 'not_json'];

    public function __construct(
        public readonly int $status,
        public readonly string $body,
        public readonly string $etag,
        public readonly string $failure,
    ) {
    }

    public function isDone(): bool
    {
        return $this->status >= 200 && $this->status < 300;
    }

    /** Whether the service itself knows no such thing; the 404 of a proxy says nothing of that. */
    public function isAbsent(): bool
    {
        return $this->status === 404 && ($this->said()['code'] ?? null) === 'not_found';
    }

    /** Whether the service itself has the wake-up; the page of a proxy with the same status says nothing of that. */
    public function isTaken(): bool
    {
        return $this->isDone() && in_array($this->said()['status'] ?? null, self::TAKEN, true);
    }

    /** Whether the service itself has read the wake-up, and will never take it. */
    public function isRefusedForGood(): bool
    {
        $said = $this->said();
        $code = self::FINAL[$this->status] ?? null;
        $isOwn = $code !== null && ($said['code'] ?? null) === $code && ($said['status'] ?? null) === $this->status;
        // Malformed without a fault is a body that was cut off on its way.
        return $isOwn && ($this->status !== 400 || ($said['faults'] ?? []) !== []);
    }

    /** @return array<mixed> */
    private function said(): array
    {
        $json = json_decode($this->body, true);
        return is_array($json) ? $json : [];
    }

    /** In a few words, without anything that was sent or received. */
    public function inShort(): string
    {
        return $this->status === 0 ? $this->failure : "HTTP $this->status";
    }
}
