<?php

declare(strict_types=1);

namespace FakturOtomatis;

use Throwable;

/** Words for WHMCS's activity log and module log: no secret, no whole tax number, and never a failure of their own. */
final class Log
{
    public static function say(string $words): void
    {
        try {
            logActivity('Faktur Otomatis: ' . substr(self::masked($words), 0, 500));
        } catch (Throwable $_) {
            // A log that cannot be written must not cost a payment.
        }
    }

    public static function failure(string $where, Throwable $thrown): void
    {
        self::say("$where: " . get_class($thrown) . ': ' . $thrown->getMessage());
    }

    /** For Utilities > Logs > Module Log, where it is switched on. */
    public static function call(string $action, string $request, HttpAnswer $answer): void
    {
        try {
            logModuleCall('faktur_otomatis', $action, self::masked($request), $answer->inShort(), '', []);
        } catch (Throwable $_) {
            // As above.
        }
    }

    public static function masked(string $words): string
    {
        $words = (string) preg_replace('/whsec_\S+|fkt_\S+/', '***', $words);
        return (string) preg_replace('/\d(?:[ .-]?\d){10,}/', '***', $words);
    }
}
