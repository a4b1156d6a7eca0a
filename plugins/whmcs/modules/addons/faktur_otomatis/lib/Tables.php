<?php

declare(strict_types=1);

namespace FakturOtomatis;

use WHMCS\Database\Capsule;

/** The module's own tables. They are made and widened, and never dropped. */
final class Tables
{
    public const QUEUE = 'mod_faktur_otomatis_queue';
    public const STATE = 'mod_faktur_otomatis_state';

    /** Makes what is not there yet; what is there stays as it is. */
    public static function make(): void
    {
        $schema = Capsule::schema();
        if (!$schema->hasTable(self::QUEUE)) {
            $schema->create(self::QUEUE, static function ($table): void {
                $table->increments('id');
                $table->string('event_id', 64)->unique();
                $table->string('type', 32);
                $table->text('body');
                $table->integer('attempts')->default(0);
                // Unix seconds, before which cron leaves it alone.
                $table->integer('next_at')->default(0)->index();
                $table->integer('created_at');
                $table->string('last_error', 255)->nullable();
            });
        }
        if (!$schema->hasTable(self::STATE)) {
            $schema->create(self::STATE, static function ($table): void {
                $table->string('name', 32)->primary();
                $table->string('value', 255);
            });
        }
    }

    /**
     * What versions after $from have changed, in their order. A step is never edited once it is released.
     */
    public static function upgrade(string $from): void
    {
        $steps = [
            '0.1.0' => static fn () => self::make(),
        ];
        foreach ($steps as $version => $step) {
            if (version_compare($from, $version, '<')) {
                $step();
            }
        }
    }

    public static function state(string $name): string
    {
        return (string) Capsule::table(self::STATE)->where('name', $name)->value('value');
    }

    public static function remember(string $name, string $value): void
    {
        Capsule::table(self::STATE)->updateOrInsert(['name' => $name], ['value' => substr($value, 0, 255)]);
    }
}
