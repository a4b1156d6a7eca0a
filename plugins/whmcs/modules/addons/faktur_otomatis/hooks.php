<?php

/** What WHMCS runs for us. None of it may throw, wait long, or end a request. */

declare(strict_types=1);

use FakturOtomatis\AdminPage;
use FakturOtomatis\Courier;
use FakturOtomatis\Events;
use FakturOtomatis\Log;
use FakturOtomatis\Person;
use FakturOtomatis\Rights;
use FakturOtomatis\Settings;
use FakturOtomatis\Words;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// An older PHP could not read what stands beside this file, and every page of WHMCS would say so.
if (PHP_VERSION_ID < 80100) {
    return;
}

require_once __DIR__ . '/lib/load.php';

foreach (Events::HOOKS as $faktur_otomatis_hook) {
    add_hook($faktur_otomatis_hook, 5, static function ($vars) use ($faktur_otomatis_hook): void {
        Courier::hear($faktur_otomatis_hook, (array) $vars);
    });
}

foreach (['AfterCronJob', 'DailyCronJob'] as $faktur_otomatis_hook) {
    add_hook($faktur_otomatis_hook, 5, static function (): void {
        Courier::flush();
    });
}

add_hook('AdminAreaClientSummaryPage', 5, static function ($vars): string {
    try {
        return AdminPage::badge((int) ($vars['userid'] ?? 0), false);
    } catch (Throwable $thrown) {
        Log::failure('client summary', $thrown);
        return '';
    }
});

add_hook('AdminClientProfileTabFields', 5, static function ($vars): array {
    try {
        return ['NPWP / Faktur Pajak' => AdminPage::badge((int) ($vars['userid'] ?? 0), true)];
    } catch (Throwable $thrown) {
        Log::failure('client profile', $thrown);
        return [];
    }
});

// WHMCS has checked the form's token before it comes here.
add_hook('AdminClientProfileTabFieldsSave', 5, static function ($vars): void {
    try {
        $settings = Settings::read();
        $told = AdminPage::move($settings, AdminPage::words($settings), (int) ($vars['userid'] ?? 0));
        if ($told !== []) {
            $_SESSION['faktur_otomatis_notice'] = implode(' ', $told);
        }
    } catch (Throwable $thrown) {
        Log::failure('client profile', $thrown);
    }
});

add_hook('ClientAreaPrimaryNavbar', 5, static function ($navbar): void {
    try {
        if (Person::client() > 0 && Rights::in(Person::client())->hasAny()) {
            $words = Words::choose(Settings::read(), (string) ($_SESSION['Language'] ?? ''));
            $billing = $navbar->getChild('Billing') ?? $navbar;
            $billing->addChild('faktur_otomatis', [
                'label' => $words->say('menu'),
                'uri' => 'index.php?m=faktur_otomatis',
                'order' => 90,
            ]);
        }
    } catch (Throwable $thrown) {
        Log::failure('menu', $thrown);
    }
});

add_hook('ClientAreaPrimarySidebar', 5, static function ($sidebar): void {
    try {
        $box = $sidebar->getChild('Billing') ?? $sidebar->getChild('Account');
        if ($box !== null && Person::client() > 0 && Rights::in(Person::client())->hasAny()) {
            $words = Words::choose(Settings::read(), (string) ($_SESSION['Language'] ?? ''));
            $box->addChild('faktur_otomatis', [
                'label' => $words->say('menu'),
                'uri' => 'index.php?m=faktur_otomatis',
                'order' => 90,
                'icon' => 'fa-file-invoice',
            ]);
        }
    } catch (Throwable $thrown) {
        Log::failure('menu', $thrown);
    }
});
