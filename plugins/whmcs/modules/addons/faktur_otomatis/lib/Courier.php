<?php

declare(strict_types=1);

namespace FakturOtomatis;

use Throwable;
use WHMCS\Database\Capsule;

/**
 * Carries wake-ups to the service: each is written down first, then sent once at once; what does not arrive stays for
 * cron. Nothing here ever throws into a payment.
 */
final class Courier
{
    /** After a failure the hooks only queue for so long: a service that hangs costs one time-out. */
    private const REST_SECONDS = 60;
    private const FLUSH_ROWS = 500;
    private const FLUSH_SECONDS = 20;
    /** A message that fails again and again must not hold up the others. */
    private const FLUSH_FAILURES = 3;
    private const LONGEST_WAIT = 3600;

    private static bool $failedInThisRequest = false;
    /** Seconds that the hooks of this request have waited: a mass payment fires dozens of them. */
    private static float $waited = 0.0;

    /** @param array<string, mixed> $vars */
    public static function hear(string $hook, array $vars): void
    {
        try {
            $event = Events::of($hook, $vars);
            if ($event === null) {
                return;
            }
            $row = self::write($event['type'], $event['data']);
            $settings = Settings::read();
            $mayWait = $settings->faults() === [] && self::$waited < $settings->timeout;
            if ($mayWait && !Events::canWait($hook, $vars) && !self::isResting()) {
                $since = microtime(true);
                self::deliver($settings, $row);
                self::$waited += microtime(true) - $since;
            }
        } catch (Throwable $thrown) {
            Log::failure("hook $hook", $thrown);
        }
    }

    /**
     * Sends what is due, oldest first.
     *
     * @param bool $all also what waits for its next try
     * @return int how many arrived
     */
    public static function flush(bool $all = false): int
    {
        $arrived = 0;
        try {
            $settings = Settings::read();
            if ($settings->faults() !== []) {
                return 0;
            }
            $until = microtime(true) + self::FLUSH_SECONDS;
            $failures = 0;
            $query = Capsule::table(Tables::QUEUE)->orderBy('id')->limit(self::FLUSH_ROWS);
            if (!$all) {
                $query->where('next_at', '<=', time());
            }
            foreach ($query->get() as $row) {
                if ($failures >= self::FLUSH_FAILURES || microtime(true) > $until) {
                    break;
                }
                $end = self::deliver($settings, $row);
                $arrived += $end === 'taken' ? 1 : 0;
                $failures += $end === 'kept' ? 1 : 0;
            }
        } catch (Throwable $thrown) {
            Log::failure('flush', $thrown);
        }
        return $arrived;
    }

    public static function isResting(): bool
    {
        return self::$failedInThisRequest || (int) Tables::state('rests_until') > time();
    }

    /** Whether the service has lately not answered at all. */
    public static function isSilent(): bool
    {
        return (int) Tables::state('silent_until') > time();
    }

    public static function noteSilence(): void
    {
        Tables::remember('silent_until', (string) (time() + self::REST_SECONDS));
    }

    /** @param array<string, int|string> $data */
    private static function write(string $type, array $data): object
    {
        $now = time();
        $body = json_encode(
            ['type' => $type, 'timestamp' => gmdate('Y-m-d\TH:i:s\Z', $now), 'data' => $data],
            JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR,
        );
        $row = [
            // Stays with the message, so that the service knows a repetition.
            'event_id' => 'whmcs_' . bin2hex(random_bytes(16)),
            'type' => $type,
            'body' => $body,
            'attempts' => 0,
            'next_at' => $now,
            'created_at' => $now,
        ];
        return (object) ($row + ['id' => Capsule::table(Tables::QUEUE)->insertGetId($row)]);
    }

    /** @return 'taken'|'refused'|'kept' the service has it, will never take it, or is to be sent it again */
    private static function deliver(Settings $settings, object $row): string
    {
        $headers = Signature::headers($settings->secret, $row->event_id, time(), $row->body);
        $url = $settings->url . '/hooks/' . rawurlencode($settings->portal);
        $answer = Http::send(
            'POST',
            $url,
            ['Content-Type: application/json', ...$headers],
            $row->body,
            $settings->timeout,
        );
        Log::call("wake-up $row->type", $row->body, $answer);
        $refused = $answer->isRefusedForGood();
        if ($answer->isTaken() || $refused) {
            Capsule::table(Tables::QUEUE)->where('id', $row->id)->delete();
            Tables::remember('rests_until', '0');
            if ($refused) {
                self::failed($row, $answer, 'refused for good');
            } else {
                Tables::remember('last_success', (string) time());
            }
            return $refused ? 'refused' : 'taken';
        }
        $attempts = (int) $row->attempts + 1;
        Capsule::table(Tables::QUEUE)->where('id', $row->id)->update([
            'attempts' => $attempts,
            'next_at' => time() + (int) min(self::REST_SECONDS * 2 ** min($attempts - 1, 10), self::LONGEST_WAIT),
            'last_error' => substr(self::told($answer), 0, 255),
        ]);
        self::$failedInThisRequest = true;
        if ($answer->status === 0) {
            self::noteSilence();
        }
        Tables::remember('rests_until', (string) (time() + self::REST_SECONDS));
        self::failed($row, $answer, 'kept for the next cron run');
        return 'kept';
    }

    private static function failed(object $row, HttpAnswer $answer, string $then): void
    {
        $said = self::told($answer);
        Tables::remember('last_error', Moment::shown(time()) . ", $row->type: $said, $then");
        Log::say("wake-up $row->type: $said, $then");
    }

    /** A 2xx that something in between has given is no answer of the service. */
    private static function told(HttpAnswer $answer): string
    {
        return $answer->inShort() . ($answer->isDone() ? ', not from the service' : '');
    }
}
