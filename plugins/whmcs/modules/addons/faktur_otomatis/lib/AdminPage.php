<?php

declare(strict_types=1);

namespace FakturOtomatis;

use WHMCS\Database\Capsule;

/** What staff see: the state of the connection, and the NPWP tab of one client. */
final class AdminPage
{
    public const LINK = 'addonmodules.php?module=faktur_otomatis';
    private const ROWS = 20;

    public static function show(): void
    {
        $settings = Settings::read();
        $words = self::words($settings);
        $client = (int) ($_GET['client'] ?? 0);
        if ($client > 0) {
            self::client($settings, $words, $client);
            return;
        }
        self::status($settings, $words);
    }

    public static function words(Settings $settings): Words
    {
        // Administrators of Indonesian hosts read Indonesian unless they say otherwise.
        return Words::choose($settings, 'indonesian');
    }

    /** The NPWP tab in few words, for the client's summary and profile. */
    public static function badge(int $client, bool $full): string
    {
        $settings = Settings::read();
        $words = self::words($settings);
        if ($settings->faults() !== []) {
            return View::render('badge', ['words' => $words, 'client' => $client, 'view' => null, 'full' => $full]);
        }
        // A service that does not answer must not slow every client's page down.
        $reply = Courier::isSilent()
            ? new Reply(false, 0, [], [$words->say('unreachable')])
            : self::api($settings, $words, $settings->timeout)->account($client);
        if ($reply->status === 0) {
            Courier::noteSilence();
        }
        $may = Person::mayActivate($settings);
        $view = Company::view($reply, $words);
        return View::render('badge', compact('words', 'client', 'view', 'may', 'full'));
    }

    /**
     * Switches the tab, if this administrator's role may.
     *
     * @return list<string> what went wrong
     */
    public static function move(Settings $settings, Words $words, int $client): array
    {
        $move = Person::plain($_POST['faktur_otomatis_move'] ?? '');
        if ($move !== 'activate' && $move !== 'suspend') {
            return [];
        }
        if (!Person::mayActivate($settings)) {
            return [$words->say('may_not')];
        }
        $reason = mb_substr(Person::plain($_POST['faktur_otomatis_reason'] ?? ''), 0, 1000);
        $api = self::api($settings, $words);
        if (Company::isStale($api->account($client))) {
            return [$words->say('changed')];
        }
        $reply = $api->move($client, $move, $reason);
        return $reply->ok ? [] : $reply->told;
    }

    private static function api(Settings $settings, Words $words, float $seconds = Api::PAGE_SECONDS): Api
    {
        return new Api($settings, 'admin:' . Person::admin(), $words, $seconds);
    }

    private static function client(Settings $settings, Words $words, int $client): void
    {
        $api = self::api($settings, $words);
        $account = Person::account($client);
        $problems = $account === null ? [$words->say('no_client')] : [];
        if (($_GET['a'] ?? '') === 'pdf') {
            $faktur = is_string($_GET['id'] ?? null) ? $_GET['id'] : '';
            $file = $api->pdf($client, $faktur);
            if ($file !== null) {
                Download::send($file, $faktur);
            }
            $problems[] = $words->say('no_pdf');
        }
        $given = null;
        $done = false;
        if (self::isPosted() && $account !== null) {
            if (isset($_POST['faktur_otomatis_move'])) {
                $problems = self::move($settings, $words, $client);
            } elseif (Company::isStale($api->account($client))) {
                $problems = [$words->say('changed')];
            } else {
                $given = Company::posted();
                $reply = $api->enter($client, $account, Company::body($given));
                $problems = $reply->told;
            }
            $done = $problems === [];
        }
        $view = Company::view($api->account($client), $words);
        $list = $api->fakturs($client, self::ROWS);
        echo View::render('client', [
            'words' => $words,
            'client' => $client,
            'account' => $account,
            'view' => $view,
            'problems' => array_merge($problems, $view['problems']),
            'done' => $done,
            'form' => $done || $given === null ? $view['fields'] : $given,
            'may' => Person::mayActivate($settings),
            'fakturs' => Company::rows((array) ($list->json['items'] ?? []), $words),
            'csrf' => generate_token('plain'),
        ]);
    }

    private static function status(Settings $settings, Words $words): void
    {
        $checks = [];
        $arrived = null;
        if (self::isPosted()) {
            if (($_POST['do'] ?? '') === 'test' && $settings->faults() === []) {
                $checks = self::api($settings, $words)->check();
            }
            if (($_POST['do'] ?? '') === 'flush') {
                $arrived = Courier::flush(true);
            }
        }
        $queue = Capsule::table(Tables::QUEUE);
        echo View::render('status', [
            'words' => $words,
            'faults' => $settings->faults(),
            'open' => $settings->isOpen(),
            'settings' => $settings,
            'length' => (clone $queue)->count(),
            'oldest' => (int) (clone $queue)->min('created_at'),
            'resting' => Courier::isResting(),
            'last_error' => Tables::state('last_error'),
            'last_success' => (int) Tables::state('last_success'),
            'waiting' => (clone $queue)->orderBy('id')->limit(20)->get(),
            'checks' => $checks,
            'arrived' => $arrived,
            'csrf' => generate_token('plain'),
        ]);
    }

    private static function isPosted(): bool
    {
        return ($_SERVER['REQUEST_METHOD'] ?? '') === 'POST' && check_token('WHMCS.admin.default') !== false;
    }
}
